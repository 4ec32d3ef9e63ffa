import type { Kysely } from 'kysely';
import { addAudit } from '#main/store/audit.ts';
import type { Database } from '#main/store/schema.ts';

export type CommandDone = {
  /** `encrew token`. */
  action: string;
  resourceType: string;
  resourceId: string;
  /** Without secrets. */
  details: Readonly<Record<string, unknown>>;
};

/** Whoever may write to the data folder may do anything; what they do by command is kept in the audit like the rest. */
export async function auditCommand(db: Kysely<Database>, done: CommandDone, atMs: number): Promise<void> {
  const { details, ...what } = done;
  await addAudit(db, {
    ...what,
    atMs,
    actorKind: 'command',
    actorId: null,
    actorName: 'command line',
    result: 'success',
    requestId: null,
    address: null,
    detailsJson: JSON.stringify(details),
  });
}
