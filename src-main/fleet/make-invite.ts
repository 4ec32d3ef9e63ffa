import type { Kysely } from 'kysely';
import { inviteSecretHash, inviteText, newInviteCode } from '#main/platform/invite-code.ts';
import { addInvite, inviteMs } from '#main/store/invites.ts';
import type { Database } from '#main/store/schema.ts';

export type MadeInvite = {
  id: string;
  /** For people, once: only a hash is kept. */
  code: string;
  expiresAtMs: number;
};

/** A new one-time code; null while too many are good. `createdBy` is a user's id. */
export async function makeInvite(
  db: Kysely<Database>,
  createdBy: string | null,
  nowMs: number,
): Promise<MadeInvite | null> {
  for (;;) {
    const code = newInviteCode();
    const { id, secret } = code;
    const state = await addInvite(db, { id, secretHash: inviteSecretHash(secret), createdBy }, nowMs);
    if (state === 'added') return { id, code: inviteText(code), expiresAtMs: nowMs + inviteMs };
    if (state === 'full') return null;
  }
}
