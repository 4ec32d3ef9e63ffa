import { dirname } from 'node:path';
import { codeOf } from './error-code.ts';
import { flushToDisk } from './flush.ts';
import { isThere } from './is-there.ts';
import { renameWithoutOverwriting } from './place-file.ts';

/**
 * Takes a file's name away and keeps the file beside it, as `{name}.set-aside-20261121T201500Z`, or with a number after that where a
 * file has that name. Answers its path, null where there is none. Throws what the system says.
 */
export async function setAside(path: string, nowMs: number): Promise<string | null> {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  if (!(await isThere(path))) return null;
  for (let count = 1; ; count += 1) {
    const aside = `${path}.set-aside-${stamp}${count === 1 ? '' : `-${count}`}`;
    if (!(await tryName(path, aside))) continue;
    await flushToDisk(dirname(path));
    return aside;
  }
}

/** False where something has the name. */
async function tryName(path: string, aside: string): Promise<boolean> {
  try {
    await renameWithoutOverwriting(path, aside, 'Encrew sets a file aside');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
