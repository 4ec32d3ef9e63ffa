import { sql } from 'kysely';
import type { QueueContext } from './queue-context.ts';

/** Less than that is a clock that is being corrected slowly. */
const jumpMs = 5_000;

export type ClockWatch = {
  /** Moves every deadline along when the wall clock has jumped since the last look; answers by how much, 0 when it has not. */
  look(): Promise<number>;
};

/**
 * Deadlines are written in wall-clock time, since they must outlive the process, but they mean spans: when somebody sets the
 * clock, a lease has as long to go as before. Without this an hour forward would take every task from its node, and an hour
 * back would keep those of a dead one for an hour.
 */
export function watchClock(queue: QueueContext): ClockWatch {
  const { db, clock } = queue;
  let offsetMs = clock.nowMs() - clock.monotonicMs();
  return {
    look: async () => {
      const nowOffsetMs = clock.nowMs() - clock.monotonicMs();
      const deltaMs = nowOffsetMs - offsetMs;
      if (Math.abs(deltaMs) < jumpMs) return 0;
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('task')
          .set({
            leaseUntilMs: sql`leaseUntilMs + ${deltaMs}`,
            twinLeaseUntilMs: sql`twinLeaseUntilMs + ${deltaMs}`,
          })
          .where('state', '=', 'leased')
          .execute();
        await trx
          .updateTable('node')
          .set({ breakerUntilMs: sql`CAST(breakerUntilMs + ${deltaMs} AS INTEGER)` })
          .where('breakerUntilMs', 'is not', null)
          .execute();
        await trx
          .updateTable('task')
          .set({ notBeforeMs: sql`notBeforeMs + ${deltaMs}` })
          .where('state', '=', 'waiting')
          .execute();
        await trx
          .updateTable('job')
          .set({
            deadlineAtMs: sql`CAST(deadlineAtMs + ${deltaMs} AS INTEGER)`,
            notBeforeMs: sql`notBeforeMs + ${deltaMs}`,
            expiresAtMs: sql`CAST(expiresAtMs + ${deltaMs} AS INTEGER)`,
          })
          .where('state', 'not in', ['completed', 'failed', 'cancelled'])
          .execute();
      });
      offsetMs = nowOffsetMs;
      queue.changed();
      return deltaMs;
    },
  };
}
