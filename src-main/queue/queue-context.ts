import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Database } from '#main/store/schema.ts';

/** What every change of the queue needs. */
export type QueueContext = {
  db: Kysely<Database>;
  clock: Clock;
  /** Called after each change is committed: there may be something to do, or to tell. */
  changed(): void;
};

export type Trx = Transaction<Database>;
