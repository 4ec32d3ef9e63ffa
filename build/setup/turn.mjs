import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from './project-root.mjs';
import { SetupFailed, say } from './say.mjs';

const lockPath = join(projectRoot, '.encrew', 'setup.lock');
/** Longer than any install takes; whoever holds the lock longer has hung, or its machine went down. */
const longestTurnMs = 30 * 60_000;
const askAgainMs = 250;

/**
 * Runs `work` while no other process does so: two starts at once must not both fill node_modules. The lock is a file that names
 * its holder; one whose holder has died is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function takeTurn(work) {
  const ticket = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  let told = false;
  while (!(await claim(ticket))) {
    const holder = await holderOf();
    if (holder === null) continue;
    if (holder.gone) {
      await removeDead(holder.text);
      continue;
    }
    if (!told) say(`another set-up of this folder is running (process ${holder.pid}): waiting for it`);
    told = true;
    await delay(askAgainMs);
  }
  try {
    return await work();
  } finally {
    await rm(lockPath, { force: true });
  }
}

/** @param {string} ticket */
async function claim(ticket) {
  try {
    await mkdir(dirname(lockPath), { recursive: true });
    await writeFile(lockPath, ticket, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw new SetupFailed(`cannot write ${lockPath} (${message(error)}): make the folder writable for this user`);
  }
}

/** Null when the lock went away meanwhile. */
async function holderOf() {
  try {
    const text = await readFile(lockPath, 'utf8');
    const ageMs = Date.now() - (await stat(lockPath)).mtimeMs;
    const { pid, host } = readTicket(text);
    // A ticket without a number is being written right now, or its writer died in between.
    const gone = ageMs > longestTurnMs || (pid === null ? ageMs > 5_000 : host === hostname() && !isAlive(pid));
    return { text, pid, gone };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Renaming is atomic, so of several that saw the same dead holder one moves its ticket away. One that came late moves a new
 * holder's ticket instead, sees that, and puts it back.
 * @param {string} deadText
 */
async function removeDead(deadText) {
  const aside = `${lockPath}.${process.pid}`;
  try {
    await rename(lockPath, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === deadText) await rm(aside, { force: true });
  else await rename(aside, lockPath);
}

/** @param {string} text @returns {{ pid: number | null, host: string | null }} */
function readTicket(text) {
  try {
    const { pid, host } = JSON.parse(text);
    return { pid: Number.isInteger(pid) ? pid : null, host: typeof host === 'string' ? host : null };
  } catch {
    return { pid: null, host: null };
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** @param {unknown} error @param {string} code */
function isErrno(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
