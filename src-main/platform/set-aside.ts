import { dirname } from 'node:path';
import { codeOf } from './error-code.ts';
import { flushToDisk } from './flush.ts';
import { renameWithoutOverwriting } from './place-file.ts';

/**
 * Takes a file's name away and keeps the file beside it, as `{name}.set-aside-20261121T201500Z`. Answers that path, null where there is
 * no file. Throws EEXIST where that name is taken.
 */
export async function setAside(path: string, nowMs: number): Promise<string | null> {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const aside = `${path}.set-aside-${stamp}`;
  try {
    await renameWithoutOverwriting(path, aside, 'Encrew sets a file aside');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  await flushToDisk(dirname(path));
  return aside;
}
