import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ensurePackages } from './packages.mjs';
import { projectRoot } from './project-root.mjs';
import { runForwarding } from './run-forwarding.mjs';
import { SetupFailed, say } from './say.mjs';
import { takeTurn } from './turn.mjs';

const built = join(projectRoot, 'dist', 'renderer');
const stamp = join(built, 'built-from');
const sources = ['src-renderer', 'src-shared', 'resources/icon.svg', 'vite.config.ts', 'package-lock.json'];

/** Whether the screens have to be built, for which the packages of development are needed. Costs a few milliseconds. */
export async function lacksScreens() {
  // What people install holds the built screens and no sources of them.
  return existsSync(join(projectRoot, 'src-renderer')) && (await builtFrom()) !== (await hashOfSources());
}

/**
 * Builds the screens where they are not those of the sources.
 * @param {string} node the Node to build with
 */
export async function ensureScreens(node) {
  if (!(await lacksScreens())) return;
  await ensurePackages({ development: true });
  await takeTurn(async () => {
    // Before they are built: what changes meanwhile is built next time.
    const wanted = await hashOfSources();
    if ((await builtFrom()) === wanted) return;
    say('building the screens, some seconds');
    const vite = join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', '--logLevel=warn'];
    const code = await runForwarding(node, args, { cwd: projectRoot, stdio: ['ignore', 2, 2] });
    if (code !== 0) throw new SetupFailed(`the screens could not be built (exit code ${code}): the words are above`);
    await writeFile(stamp, wanted);
  });
}

async function builtFrom() {
  try {
    return await readFile(stamp, 'utf8');
  } catch {
    return null;
  }
}

async function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const path of await filesOf(join(projectRoot, source))) {
      hash.update(`${relative(projectRoot, path)}\0`);
      hash.update(await readFile(path));
      hash.update('\0');
    }
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {Promise<string[]>} */
async function filesOf(path) {
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
