import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { projectRoot } from './project-root.mjs';
import { runForwarding } from './run-forwarding.mjs';
import { SetupFailed, say } from './say.mjs';
import { takeTurn } from './turn.mjs';

/** @typedef {{ version?: string, integrity?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/**
 * Makes node_modules hold what package-lock.json says, by `npm ci` when it doesn't.
 * @param {{ development: boolean }} need `development` also wants the packages that only tests and checks use
 */
export async function ensurePackages(need) {
  if ((await missingPackage(need)) === null) return;
  await takeTurn(async () => {
    // Someone else may have done it while this process waited.
    const missing = await missingPackage(need);
    if (missing === null) return;
    const development = need.development || (await hasDevelopmentPackages());
    say(`installing npm packages (${missing}), about a minute`);
    await npmCi(development);
    const stillMissing = await missingPackage(need);
    if (stillMissing !== null) throw new SetupFailed(`npm ci ended well, yet ${stillMissing}: run npm ci by hand`);
    say('npm packages are installed');
  });
}

/**
 * Compares package-lock.json with the copy npm leaves in node_modules after each finished install. Null when all is there,
 * else a few words on what isn't.
 * @param {{ development: boolean }} need
 */
async function missingPackage(need) {
  const wanted = await lockedPackages(join(projectRoot, 'package-lock.json'));
  if (wanted === null)
    throw new SetupFailed(`package-lock.json cannot be read in ${projectRoot}: is the clone complete?`);
  const present = await lockedPackages(join(projectRoot, 'node_modules', '.package-lock.json'));
  if (present === null) return 'none are there yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    if (found === undefined) {
      const mayBeAbsent = entry.optional || entry.devOptional || (entry.dev && !need.development);
      if (!mayBeAbsent) return `${packageName(path)} is missing`;
    } else if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${packageName(path)} changed`;
    }
  }
  return null;
}

/** Once someone has the development packages, a plain start must not take them away. */
async function hasDevelopmentPackages() {
  const present = await lockedPackages(join(projectRoot, 'node_modules', '.package-lock.json'));
  return present !== null && Object.values(present).some((entry) => entry.dev === true);
}

/** @param {string} path @returns {Promise<LockedPackages | null>} */
async function lockedPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
}

/** @param {boolean} development */
async function npmCi(development) {
  if (process.platform === 'win32' && process.execPath.startsWith(join(projectRoot, 'node_modules'))) {
    // Windows doesn't let npm replace the program that is running this.
    throw new SetupFailed('the npm packages are not those of package-lock.json: run npm ci once, then this again');
  }
  const args = ['ci', '--loglevel=error', development ? '--include=dev' : '--omit=dev', '--include=optional'];
  const { program, first, shell } = npm();
  // npm's words are no result: its stdout goes to stderr as well.
  const code = await runForwarding(program, [...first, ...args], { cwd: projectRoot, shell, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new SetupFailed(`npm ci failed with exit code ${code}: its own words are above`);
}

/** The npm that runs this script, else the one on PATH. */
function npm() {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && basename(cli) === 'npm-cli.js') {
    return { program: process.env['npm_node_execpath'] ?? process.execPath, first: [cli], shell: false };
  }
  return process.platform === 'win32'
    ? { program: 'npm.cmd', first: [], shell: true }
    : { program: 'npm', first: [], shell: false };
}

/** @param {string} path */
function packageName(path) {
  return path.split('node_modules/').at(-1) ?? path;
}
