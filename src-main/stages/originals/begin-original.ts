import { addOriginal } from '#main/store/originals.ts';
import { readSnapshot } from '#main/store/profile-snapshots.ts';
import type { JobRow } from '#main/queue/job-rows.ts';
import type { Trx } from '#main/queue/queue-context.ts';
import { z } from 'zod';
import { heldPathOf } from './places.ts';

/**
 * Notes, in the transaction in which a job completes, what its profile asks to do with the film. `openOriginals` does it.
 * Nothing where the film stays.
 */
export async function beginOriginal(trx: Trx, job: JobRow, at: { id: string; nowMs: number }): Promise<void> {
  const recipe = await readSnapshot(trx, job.profileHash);
  if (recipe === null || recipe.originals.policy === 'separate' || job.output === null) return;
  const plan = await trx.selectFrom('jobPlan').select('sourceJson').where('jobId', '=', job.id).executeTakeFirst();
  const source = plan === undefined ? null : plannedSource.parse(JSON.parse(plan.sourceJson));
  const fingerprint = source?.fingerprint ?? job.sourceFingerprint;
  if (fingerprint === null) return;
  const sourcePath = source?.path ?? job.input;
  await addOriginal(trx, {
    id: at.id,
    jobId: job.id,
    policy: recipe.originals.policy,
    sourcePath,
    fingerprint,
    outputPath: job.output,
    heldPath: heldPathOf(sourcePath, job.id),
    state: 'pending',
    error: null,
    keptUntilMs: recipe.originals.policy === 'quarantine' ? at.nowMs + recipe.originals.days * dayMs : null,
    createdAtMs: at.nowMs,
    updatedAtMs: at.nowMs,
  });
}

const dayMs = 24 * 60 * 60_000;

/** Of a `SourceIdentity`. */
const plannedSource = z.object({ path: z.string(), fingerprint: z.string() });
