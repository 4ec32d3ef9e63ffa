import type { Selectable, Updateable } from 'kysely';
import type { TaskTable } from '#main/store/schema.ts';
import type { Lease } from './queue-context.ts';

/*
 * The second lease of a task lies beside the first in its row. `twinAttempt` stays when the lease is over: no attempt is
 * ever given out twice.
 */

/** The highest attempt that was ever given out for a task. */
export function lastAttempt({ attempt, twinAttempt }: Pick<Selectable<TaskTable>, 'attempt' | 'twinAttempt'>): number {
  return Math.max(attempt, twinAttempt ?? 0);
}

/** The second lease of a task; null where there is none. */
export function twinLease({
  id,
  twinNodeId,
  twinAttempt,
}: Pick<Selectable<TaskTable>, 'id' | 'twinNodeId' | 'twinAttempt'>): Lease | null {
  return twinNodeId === null || twinAttempt === null ? null : { taskId: id, nodeId: twinNodeId, attempt: twinAttempt };
}

/** A task without a second lease. */
export const noTwin: Updateable<TaskTable> = { twinNodeId: null, twinLeaseUntilMs: null, twinStartedAtMs: null };
