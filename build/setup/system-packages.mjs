/** @typedef {'ffmpeg' | 'chromium' | 'mkvtoolnix' | 'iproute2' | 'faketime'} SystemPackage */
/**
 * @typedef {object} PackageManager
 * @property {string} program
 * @property {boolean} asRoot Whether it installs for the whole machine and so needs root.
 * @property {boolean} unattended Whether this script may run it; otherwise it only names the command.
 * @property {readonly string[][]} before Commands that must have run once, as argument lists.
 * @property {(packages: readonly string[]) => string[]} install
 * @property {Record<SystemPackage, string>} names
 */

/** Asked for on Linux alone. */
const linuxNames = { iproute2: 'iproute2', faketime: 'faketime' };
const plainNames = { ffmpeg: 'ffmpeg', chromium: 'chromium', mkvtoolnix: 'mkvtoolnix', ...linuxNames };
/** Where faketime is called by its library. */
const libraryNames = { faketime: 'libfaketime' };

/** In the order in which they are looked for: a system's own manager comes before one that was added to it. @type {readonly PackageManager[]} */
export const packageManagers = [
  {
    program: 'apt-get',
    asRoot: true,
    unattended: true,
    before: [['update', '-q']],
    // A machine that was just started may be installing its own updates: wait for that instead of failing.
    install: (packages) => ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages],
    names: plainNames,
  },
  {
    program: 'dnf',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['install', '-y', ...packages],
    names: { ...plainNames, ...libraryNames, ffmpeg: 'ffmpeg-free', iproute2: 'iproute' },
  },
  {
    program: 'pacman',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['-S', '--needed', '--noconfirm', ...packages],
    names: { ...plainNames, ...libraryNames, mkvtoolnix: 'mkvtoolnix-cli' },
  },
  {
    program: 'apk',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['add', ...packages],
    names: { ...plainNames, ...libraryNames },
  },
  {
    program: 'zypper',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['--non-interactive', 'install', ...packages],
    names: { ...plainNames, ...libraryNames },
  },
  {
    program: 'brew',
    asRoot: false,
    unattended: true,
    before: [],
    install: (packages) => ['install', ...packages],
    names: plainNames,
  },
  {
    program: 'winget',
    asRoot: false,
    // The PATH that winget extends is read by programs started later, not by this one.
    unattended: false,
    before: [],
    install: (packages) => ['install', '--exact', '--id', ...packages],
    names: {
      ...linuxNames,
      ffmpeg: 'Gyan.FFmpeg',
      chromium: 'Hibbiki.Chromium',
      mkvtoolnix: 'MoritzBunkus.MKVToolNix',
    },
  },
];
