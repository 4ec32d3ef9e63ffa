import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Whether anybody can sign in as an admin now: a person, or a script with a token that is still good. */
export async function hasOwner(db: Kysely<Database>, nowMs: number): Promise<boolean> {
  const user = await db
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabledAtMs', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (user !== undefined) return true;
  const token = await db
    .selectFrom('apiToken')
    .select('id')
    // Without an admin, what a person's token may do is no more than what that person may.
    .where('userId', 'is', null)
    .where('role', '=', 'admin')
    .where('revokedAtMs', 'is', null)
    .where((where) => where.or([where('expiresAtMs', 'is', null), where('expiresAtMs', '>', nowMs)]))
    .limit(1)
    .executeTakeFirst();
  return token !== undefined;
}
