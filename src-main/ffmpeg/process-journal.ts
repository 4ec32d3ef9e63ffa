import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { endThatVeryProcess } from '#main/platform/end-process.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { processIdentity } from '#main/platform/process-identity.ts';

/*
 * The watchdog ends FFmpeg when Encrew dies. Where both die (whoever is short of memory takes one after the other), a file for
 * each process says to the next start what is to be ended: by its number and its start, so that nobody else's is.
 */

export type ProcessJournal = {
  /** Notes a process that was started; call what it answers when that has ended. */
  started: (pid: number) => () => void;
};

const note = z.object({ pid: z.number().int().positive(), identity: z.string(), boot: z.string() });

/** Ends what an earlier run left running, and notes what this one starts in `{data}/running/`. One at a time for a data folder. */
export async function openProcessJournal(dataDir: string, log: Logger): Promise<ProcessJournal> {
  const folder = join(dataDir, 'running');
  await makeFolders(folder);
  const boot = await bootId();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const left = note.safeParse(await jsonIn(path)).data;
    if (left?.boot === boot && (await endThatVeryProcess(left.pid, left.identity))) {
      log.warn({ pid: left.pid }, 'ended a process that an earlier run had left behind');
    }
    await rm(path, { force: true });
  }
  return {
    started: (pid) => {
      const path = join(folder, `${pid}.json`);
      const noted = write(path, pid, boot).catch((error: unknown) =>
        log.debug({ pid, error: String(error) }, 'a process could not be noted'),
      );
      return () => {
        void noted.then(() => rm(path, { force: true })).catch(() => {});
      };
    },
  };
}

async function write(path: string, pid: number, boot: string): Promise<void> {
  const identity = await processIdentity(pid);
  if (identity === null) return;
  await writeFile(path, JSON.stringify({ pid, identity, boot } satisfies z.infer<typeof note>));
}

/** After a new start of the machine every number is another's, and so may its start time be. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

async function jsonIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
