import { z } from 'zod';
import { role } from '../model/user.ts';
import { pageOf, pageQuery } from './page.ts';

/*
 * API tokens, for scripts. The token itself is in one answer only: that of its making.
 */

const instant = z.iso.datetime();

export const tokenName = z.string().trim().min(1).max(100);
export const longestTokenDays = 3650;

export const newToken = z.strictObject({
  name: tokenName.describe('What it is for: backup-script.'),
  role,
  expiresInDays: z.number().int().min(1).max(longestTokenDays).nullable().default(null).describe('Null: never.'),
});

export const tokenView = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: role.describe('What it was made for; it never may more than its user.'),
  hint: z.string().describe('How it begins.'),
  user: z.strictObject({ id: z.string(), name: z.string() }).nullable().describe('Null: made on the command line.'),
  madeWith: z.string().nullable().describe('The token with which it was made, and with which it is revoked.'),
  createdAt: instant,
  lastUsedAt: instant.nullable().describe('To the minute.'),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

/** The only answer that holds it. */
export const tokenWithSecret = tokenView.extend({ token: z.string() });

export const tokenList = pageOf(tokenView);
export const tokenListQuery = z.strictObject({ ...pageQuery });
export const tokenParams = z.strictObject({ id: z.string().min(1).max(100) });
