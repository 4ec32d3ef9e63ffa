import { z } from 'zod';
import { role } from '../model/user.ts';
import { givenPassword, newPassword, userName } from './users.ts';

/*
 * Signing in. A browser gets a cookie that its pages can't read, and beside it the token that each change must carry in the
 * header X-CSRF-Token.
 */

export const setupState = z.strictObject({
  needsOwner: z.boolean().describe('Nobody has been set up yet: POST /setup from the machine itself.'),
});

export const newOwner = z.strictObject({ name: userName, password: newPassword });

/** Without the rules of a new name: one that can't be is only unknown. */
export const signIn = z.strictObject({ name: z.string().min(1).max(256), password: givenPassword });

export const sessionView = z.strictObject({
  /** Of the user or token. */
  id: z.string(),
  kind: z.enum(['user', 'token']),
  name: z.string(),
  role,
  csrfToken: z.string().nullable().describe('For the header X-CSRF-Token of every change. Null for an API token.'),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .describe('When the session ends unless it is used before. Null for an API token.'),
});
export type SessionView = z.infer<typeof sessionView>;

export const passwordChange = z.strictObject({ oldPassword: givenPassword, newPassword });
