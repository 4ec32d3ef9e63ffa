import type { Kysely } from 'kysely';
import { z } from 'zod';
import { addAudit } from '#main/store/audit.ts';
import type { Database } from '#main/store/schema.ts';
import type { Audit, AuditEntry } from './audit-entry.ts';

/** Keeps every change in the store. */
export function keepAudit(db: Kysely<Database>): Audit {
  return async ({ atMs, action, resourceType, resourceId, result, requestId, address, details, ...rest }) => {
    const actor = rest.actor ?? signedIn({ resourceType, resourceId, result, details });
    await addAudit(db, {
      ...{ atMs, action, resourceType, resourceId, result, requestId, address },
      actorKind: actor?.kind ?? 'nobody',
      actorId: actor?.id ?? null,
      actorName: actor?.name ?? '',
      detailsJson: JSON.stringify(details),
    });
  };
}

const named = z.object({ name: z.string() });

/** Who signs in is nobody before: the answer named their id, and the password proved the name. */
function signedIn(entry: Pick<AuditEntry, 'resourceType' | 'resourceId' | 'result' | 'details'>) {
  const body = named.safeParse(entry.details.body);
  const isSignIn = entry.resourceType === 'session' || entry.resourceType === 'setup';
  if (!isSignIn || entry.result !== 'success' || !body.success) return null;
  return { kind: 'user', id: entry.resourceId, name: body.data.name };
}
