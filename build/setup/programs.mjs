import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from './project-root.mjs';
import { runForwarding } from './run-forwarding.mjs';
import { SetupFailed, say } from './say.mjs';
import { packageManagers } from './system-packages.mjs';
import { takeTurn } from './turn.mjs';

/** @typedef {import('./system-packages.mjs').SystemPackage} SystemPackage */
/** @typedef {import('./system-packages.mjs').PackageManager} PackageManager */

/** Beside the lock, in a folder that git ignores. */
const wordsPath = join(projectRoot, '.encrew', 'setup.log');

/** @type {Record<SystemPackage, () => boolean>} */
const isThere = {
  // A setting that doesn't work is for Encrew itself to refuse, by name.
  ffmpeg: () => isSet('ENCREW_FFMPEG') || hasBundledFfmpeg() || (onPath('ffmpeg') && onPath('ffprobe')),
  chromium: () =>
    isSet('ENCREW_CHROMIUM') ||
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath) ||
    existsSync('/Applications/Google Chrome.app'),
  mkvtoolnix: () => onPath('mkvmerge'),
  iproute2: () => onPath('ip'),
  faketime: () => onPath('faketime'),
};

/**
 * Makes the programs be there that npm can't bring: by the system's package manager when this user may without being asked,
 * else by naming the one command that does it.
 * @param {readonly SystemPackage[]} packages
 */
export async function ensurePrograms(packages) {
  if (packages.some((name) => !isThere[name]())) await takeTurn(() => install(packages));
}

/** @param {readonly SystemPackage[]} packages */
async function install(packages) {
  const missing = packages.filter((name) => !isThere[name]());
  if (missing.length === 0) return;
  const manager = packageManagers.find(({ program }) => onPath(program));
  if (manager === undefined) {
    throw new SetupFailed(
      `${missing.join(', ')} not found, nor a package manager: install ${missing.join(' and ')} and put it on PATH`,
    );
  }
  const names = missing.map((name) => manager.names[name]);
  const elevation = elevationFor(manager);
  if (elevation === null) {
    const sudo = manager.asRoot ? 'sudo ' : '';
    const command = `${sudo}${manager.program} ${manager.install(names).join(' ')}`;
    throw new SetupFailed(`${missing.join(', ')} not found. Install with: ${command}`);
  }
  say(`installing ${names.join(', ')} with ${manager.program}, a minute or two`);
  rmSync(wordsPath, { force: true });
  for (const args of [...manager.before, manager.install(names)]) await runAs(elevation, manager.program, args);
  const absent = missing.filter((name) => !isThere[name]());
  if (absent.length > 0)
    throw new SetupFailed(`${manager.program} ended well, yet ${absent.join(', ')} is not on PATH`);
  say(`${names.join(', ')} installed`);
}

/** What goes before the command; null when this user may not run it unasked. @param {PackageManager} manager */
function elevationFor(manager) {
  if (!manager.unattended) return null;
  const isRoot = process.getuid?.() === 0;
  // Homebrew refuses root.
  if (!manager.asRoot) return isRoot ? null : [];
  if (isRoot) return [];
  if (!onPath('sudo')) return null;
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/**
 * A package manager's thousand lines go to a file; on failure the last of them are shown.
 * @param {readonly string[]} elevation @param {string} program @param {readonly string[]} args
 */
async function runAs(elevation, program, args) {
  // Through sudo the environment is dropped, so the variable travels as a word of the command.
  const [first = 'env', ...rest] = [...elevation, 'env', 'DEBIAN_FRONTEND=noninteractive', program, ...args];
  const words = openSync(wordsPath, 'a');
  const code = await runForwarding(first, rest, { stdio: ['ignore', words, words] }).finally(() => closeSync(words));
  if (code === 0) return;
  process.stderr.write(`${readFileSync(wordsPath, 'utf8').trimEnd().split('\n').slice(-20).join('\n')}\n`);
  throw new SetupFailed(
    `${program} ${args.join(' ')} failed with exit code ${code}: its last words are above, all in ${wordsPath}`,
  );
}

function hasBundledFfmpeg() {
  const file = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return [
    join(projectRoot, 'node_modules', 'ffmpeg-static', file),
    join(projectRoot, 'resources', 'ffmpeg', `${process.platform}-${process.arch}`, file),
  ].some((path) => existsSync(path));
}

/** @param {string} program */
function onPath(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const folders = (process.env['PATH'] ?? process.env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((name) => isExecutable(join(folder, name))));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} variable */
function isSet(variable) {
  return (process.env[variable] ?? '') !== '';
}
