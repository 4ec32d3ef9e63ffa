import { z } from 'zod';
import type { Job, JobOptions } from '#shared/model/job.ts';
import type { Profile } from '#shared/model/profile.ts';
import { keepSnapshot } from '#main/store/profile-snapshots.ts';
import type { QueueContext, Trx } from './queue-context.ts';
import { rankOf } from './rank.ts';

export type NewJob = {
  id: string;
  /** Absolute. */
  input: string;
  /** Absolute. */
  outputDir: string;
  recipe: Profile;
  /** Of the stored profile that the recipe is from. */
  profileId: string | null;
  options: JobOptions;
  priority: Job['priority'];
  batchId: string | null;
  /** Null where the source could not be read yet. */
  source: { fingerprint: string; sizeBytes: number } | null;
  mounts: JobMounts;
  createdBy: string | null;
  /** Null waits for ever. */
  ttlMs: number | null;
};

/** Mount points of a job's places when it was added; null where there is none to tell (Windows). */
export const jobMounts = z.strictObject({ input: z.string().nullable(), output: z.string().nullable() });
export type JobMounts = z.infer<typeof jobMounts>;

export type JobAdded = { ok: true } | { ok: false; duplicateOf: string };

/** Puts a job at its place in the queue, unless the same source is waiting or being worked on by the same recipe already. */
export async function addJob(queue: QueueContext, wanted: NewJob): Promise<JobAdded> {
  const added = await queue.db.transaction().execute((trx) => addJobIn(trx, wanted, queue.clock.nowMs()));
  if (added.ok) queue.changed();
  return added;
}

/** The same within a transaction of the caller's. */
export async function addJobIn(trx: Trx, wanted: NewJob, nowMs: number): Promise<JobAdded> {
  const profileHash = await keepSnapshot(trx, wanted.recipe);
  const fingerprint = wanted.source?.fingerprint ?? null;
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('job')
    .values({
      id: wanted.id,
      batchId: wanted.batchId,
      state: 'queued',
      priority: wanted.priority,
      rank: rankOf(nowMs, wanted.priority),
      input: wanted.input,
      sourceFingerprint: fingerprint,
      sourceBytes: wanted.source?.sizeBytes ?? null,
      profileId: wanted.profileId,
      profileName: wanted.recipe.name,
      profileVersion: wanted.recipe.version,
      profileHash,
      outputDir: wanted.outputDir,
      optionsJson: JSON.stringify(wanted.options),
      progress: 0,
      findingsJson: '[]',
      attempt: 0,
      mountsJson: JSON.stringify(wanted.mounts),
      createdBy: wanted.createdBy,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      expiresAtMs: wanted.ttlMs === null ? null : nowMs + wanted.ttlMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) {
    const twin = await activeJobOf(trx, fingerprint, profileHash);
    // Ids are never given twice: whoever did so would take another's job for this one.
    if (twin === null) throw new Error(`there is a job ${wanted.id} already`);
    return { ok: false, duplicateOf: twin };
  }
  await trx
    .insertInto('jobEvent')
    .values({ jobId: wanted.id, kind: 'created', toState: 'queued', atMs: nowMs })
    .execute();
  return { ok: true };
}

async function activeJobOf(trx: Trx, fingerprint: string | null, profileHash: string): Promise<string | null> {
  const row = await trx
    .selectFrom('job')
    .select('id')
    .where('sourceFingerprint', '=', fingerprint)
    .where('profileHash', '=', profileHash)
    .where('state', 'not in', ['completed', 'failed', 'cancelled'])
    .executeTakeFirst();
  return row?.id ?? null;
}
