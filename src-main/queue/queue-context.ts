import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Database } from '#main/store/schema.ts';
import type { JobRow } from './job-rows.ts';

/** What every change of the queue needs. */
export type QueueContext = {
  db: Kysely<Database>;
  clock: Clock;
  /** Called after each change is committed: there may be something to do, or to tell. */
  changed: () => void;
  /** Called after a commit that took leases away: whoever has them should stop. */
  revoked: (leases: readonly Lease[]) => void;
  /** Called in the transaction in which a job completes. */
  completing: (trx: Trx, job: JobRow) => Promise<void>;
};

/** A node's right to a task; `attempt` is the fencing token. */
export type Lease = { taskId: string; nodeId: string; attempt: number };

export type Trx = Transaction<Database>;
