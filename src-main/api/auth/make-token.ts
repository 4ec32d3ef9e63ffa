import { newSecret, secretHash } from '#main/platform/secret-text.ts';
import type { NewApiToken } from '#main/store/api-tokens.ts';
import type { Role } from '#shared/model/user.ts';

export type TokenWish = {
  id: string;
  name: string;
  role: Role;
  /** Null: never. */
  expiresInDays: number | null;
  /** Null: made on the command line. */
  userId: string | null;
  /** The token with which it is made, which it does not outlive. */
  parent: { id: string; expiresAtMs: number | null } | null;
};

const dayMs = 24 * 60 * 60_000;

/** Tells programs that look for leaked secrets what this is. */
const tokenPrefix = 'enc_';
const hintLength = tokenPrefix.length + 4;

/** A new API token: the secret for who asked, the row for the store. */
export function makeToken(wish: TokenWish, nowMs: number): { secret: string; row: NewApiToken } {
  const { id, name, role, userId, parent, expiresInDays } = wish;
  const secret = newSecret(tokenPrefix);
  const ends = [expiresInDays === null ? null : nowMs + expiresInDays * dayMs, parent?.expiresAtMs ?? null];
  const known = ends.filter((endMs) => endMs !== null);
  const row: NewApiToken = {
    ...{ id, name, role, userId },
    madeWith: parent?.id ?? null,
    hash: secretHash(secret),
    hint: secret.slice(0, hintLength),
    createdAtMs: nowMs,
    expiresAtMs: known.length === 0 ? null : Math.min(...known),
  };
  return { secret, row };
}
