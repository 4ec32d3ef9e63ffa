import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '#main/store/schema.ts';
import type { Assignment } from '#shared/protocol/node.ts';

/*
 * Parts on their way: `{data}/work/{folderKey}/.incoming/{task}.{attempt}/`. On the volume of the finished ones, so that a rename
 * takes them over; and below the job's folder, so that they go with it.
 */

const incomingName = '.incoming';

export type IncomingName = Pick<Assignment, 'folderKey' | 'task' | 'lease'>;

/** Where the parts of one attempt come in. Absolute. */
export function incomingFolder(dataDir: string, { folderKey, task, lease }: IncomingName): string {
  return join(incomingOf(dataDir, folderKey), `${task.id}.${lease.attempt}`);
}

/** How much is there of each of an attempt's files. */
export async function receivedBytes(folder: string, paths: readonly string[]): Promise<Map<string, number>> {
  const received = new Map<string, number>();
  for (const path of paths) {
    const found = await stat(join(folder, ...path.split('/'))).catch(() => null);
    received.set(path, found?.size ?? 0);
  }
  return received;
}

/** Deletes what has come of one attempt. */
export async function removeIncoming(dataDir: string, name: IncomingName): Promise<void> {
  await rm(incomingFolder(dataDir, name), { recursive: true, force: true });
  // Succeeds for the last one; the job's folder stays, for it may be another process' own.
  await rmdir(incomingOf(dataDir, name.folderKey)).catch(() => {});
}

/** Deletes what has come of attempts that nobody holds any more: of one task, or of all there are. */
export async function sweepIncoming(db: Kysely<Database>, dataDir: string, taskId: string | null): Promise<void> {
  for (const folderKey of await foldersOf(db, dataDir, taskId)) {
    const parent = incomingOf(dataDir, folderKey);
    const names = await readdir(parent).catch(() => []);
    if (names.length === 0) continue;
    const wanted = await attemptsIn(db, folderKey);
    for (const name of names) {
      if (!wanted.has(name)) await rm(join(parent, name), { recursive: true, force: true });
    }
    await rmdir(parent).catch(() => {});
  }
}

async function foldersOf(db: Kysely<Database>, dataDir: string, taskId: string | null): Promise<string[]> {
  if (taskId === null) return readdir(join(dataDir, 'work')).catch(() => []);
  const row = await db
    .selectFrom('task')
    .innerJoin('jobPlan', 'jobPlan.jobId', 'task.jobId')
    .select('jobPlan.folderKey')
    .where('task.id', '=', taskId)
    .executeTakeFirst();
  return row === undefined ? [] : [row.folderKey];
}

/** Names of the folders of attempts that are leased now. */
async function attemptsIn(db: Kysely<Database>, folderKey: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('task')
    .innerJoin('jobPlan', 'jobPlan.jobId', 'task.jobId')
    .select(['task.key', 'task.attempt', 'task.twinAttempt'])
    .where('jobPlan.folderKey', '=', folderKey)
    .where('task.state', '=', 'leased')
    .execute();
  return new Set(rows.flatMap(({ key, attempt, twinAttempt }) => [`${key}.${attempt}`, `${key}.${twinAttempt ?? 0}`]));
}

function incomingOf(dataDir: string, folderKey: string): string {
  return join(dataDir, 'work', folderKey, incomingName);
}
