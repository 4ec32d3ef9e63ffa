import { createHash } from 'node:crypto';
import { submitJob } from '#main/api/submit-job.ts';
import type { IntakeContext } from '#main/intake/intake-context.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import { inputMoved } from '#main/queue/input-moved.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import { defaultJobPriority, jobOptions } from '#shared/model/job.ts';

/** Joins watch folders to the queue: they find films, the queue decides. */
export function serverIntake(
  queue: QueueContext,
  rules: ProfileRules,
  log: Logger,
  ttlHours: () => number | null,
): IntakeContext {
  return {
    db: queue.db,
    clock: queue.clock,
    log,
    inputMoved: (jobId, input) => inputMoved(queue, jobId, input),
    addJob: async ({ input, profileId, profileName, outputDir, batch, priority, createdBy }) => {
      const hours = ttlHours();
      const submitted = await submitJob(queue, rules, {
        ...{ id: newId(), input, outputDir, createdBy },
        profile: profileId ?? profileName,
        options: jobOptions.parse({}),
        priority: priority ?? defaultJobPriority,
        batchId: batch === null ? null : await batchOf(queue, createdBy, batch),
        ttlMs: hours === null ? null : hours * 60 * 60_000,
      });
      if (submitted.ok) return { ok: true, jobId: submitted.id };
      const { details, duplicateOf } = submitted;
      const message = typeof details === 'string' ? details : JSON.stringify(details);
      if (duplicateOf !== null) return { ok: false, code: 'duplicate', jobId: duplicateOf, message };
      return { ok: false, code: 'refused', message };
    },
  };
}

/** One batch for one dropped folder of a watch folder, however many films come one after the other. */
async function batchOf({ db, clock }: QueueContext, createdBy: string, name: string): Promise<string> {
  const id = createHash('sha256').update(`${createdBy}\n${name}`).digest('hex').slice(0, 32);
  await db
    .insertInto('batch')
    .values({ id, name, createdBy, createdAtMs: clock.nowMs() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return id;
}
