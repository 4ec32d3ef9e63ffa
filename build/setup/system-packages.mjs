/** @typedef {'ffmpeg' | 'chromium' | 'mkvtoolnix'} SystemPackage */
/**
 * @typedef {object} PackageManager
 * @property {string} program
 * @property {boolean} asRoot Whether it installs for the whole machine and so needs root.
 * @property {boolean} unattended Whether this script may run it; otherwise it only names the command.
 * @property {readonly string[][]} before Commands that must have run once, as argument lists.
 * @property {(packages: readonly string[]) => string[]} install
 * @property {Record<SystemPackage, string>} names
 */

const plainNames = { ffmpeg: 'ffmpeg', chromium: 'chromium', mkvtoolnix: 'mkvtoolnix' };

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
    names: { ...plainNames, ffmpeg: 'ffmpeg-free' },
  },
  {
    program: 'pacman',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['-S', '--needed', '--noconfirm', ...packages],
    names: { ...plainNames, mkvtoolnix: 'mkvtoolnix-cli' },
  },
  {
    program: 'apk',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['add', ...packages],
    names: plainNames,
  },
  {
    program: 'zypper',
    asRoot: true,
    unattended: true,
    before: [],
    install: (packages) => ['--non-interactive', 'install', ...packages],
    names: plainNames,
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
    names: { ffmpeg: 'Gyan.FFmpeg', chromium: 'Hibbiki.Chromium', mkvtoolnix: 'MoritzBunkus.MKVToolNix' },
  },
];
