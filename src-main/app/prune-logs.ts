import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the job logs that nobody wrote to for so long; answers how many. What can't be removed stays for the next time. */
export async function pruneLogs(dataDir: string, nowMs: number, keptMs: number): Promise<number> {
  let removed = 0;
  for (const folder of [join(dataDir, 'logs'), join(dataDir, 'logs', 'jobs')]) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const found = name.endsWith('.log') ? await stat(path).catch(() => null) : null;
      if (found === null || !found.isFile() || nowMs - found.mtimeMs < keptMs) continue;
      await rm(path, { force: true }).catch(() => {});
      removed += 1;
    }
  }
  return removed;
}
