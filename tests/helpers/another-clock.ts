import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * Processes whose clock is set wrong: libfaketime (Debian's faketime) stands between them and the system's.
 */

const library = findLibrary();

/** Why this machine can't give a process another clock, for the title of what is skipped; null where it can. */
export const whyNoOtherClock = findWhyNot();

/** The clock of a process and its children: what `FAKETIME_TIMESTAMP_FILE` says, read again each second. */
export type AnotherClock = { environment: NodeJS.ProcessEnv; set: (to: string) => Promise<void> };

/**
 * A clock that shows another time; its pace is the usual one, and no monotonic clock is touched.
 *
 * @param path of a file for it alone
 * @param to `+1h`, or a moment in UTC to begin at: `@1970-01-02 00:00:00`
 */
export async function anotherClock(path: string, to: string): Promise<AnotherClock> {
  await writeFile(path, to);
  return {
    environment: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      TZ: 'UTC',
    },
    set: (next) => writeFile(path, next),
  };
}

function findLibrary(): string | null {
  if (process.platform !== 'linux') return null;
  const folders = ['/usr/lib', '/usr/lib64', ...subfolders('/usr/lib')].map((folder) => join(folder, 'faketime'));
  return folders.map((folder) => join(folder, 'libfaketime.so.1')).find((path) => existsSync(path)) ?? null;
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map(({ name }) => join(folder, name));
}

function findWhyNot(): string | null {
  if (library === null) return 'there is no libfaketime (package faketime)';
  const env = { ...process.env, LD_PRELOAD: library, FAKETIME: '+1h' };
  const told = execFileSync(process.execPath, ['-p', 'Date.now()'], { env });
  return Number(told) - Date.now() > 3_000_000 ? null : 'libfaketime does not reach this Node';
}
