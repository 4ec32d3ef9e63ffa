import { z } from 'zod';
import { role } from '../model/user.ts';
import { pageOf, pageQuery } from './page.ts';

/*
 * Users as the API takes and answers them. No answer holds a password or its hash.
 */

const instant = z.iso.datetime();
/** 256 characters outside of the basic plane. */
const longestUtf16 = 512;

/** Unique whatever its case; the same letters typed on two keyboards are one name (NFKC). */
export const userName = z
  .string()
  .max(256)
  .transform((name) => name.normalize('NFKC').trim())
  .refine(
    (name) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+'-]{0,63}$/u.test(name),
    'must be 1 to 64 letters, digits or . _ @ + - and begin with a letter or digit',
  );

/** NIST SP 800-63B 5.1.1: length is what counts, each character as one; nothing is asked of which they are. */
export const newPassword = z
  .string()
  .max(longestUtf16)
  .refine((password) => lengthOf(password) >= 8, 'must have at least 8 characters')
  .refine((password) => lengthOf(password) <= 256, 'must have at most 256 characters');

/** One that somebody claims to be theirs: whatever its length, it is right or wrong. */
export const givenPassword = z.string().max(longestUtf16);

export const userView = z.strictObject({
  id: z.string(),
  name: z.string(),
  role,
  enabled: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type UserView = z.infer<typeof userView>;

export const userList = pageOf(userView);
export const userListQuery = z.strictObject({ ...pageQuery });
export const userParams = z.strictObject({ id: z.string().min(1).max(100) });

export const newUser = z.strictObject({ name: userName, password: newPassword, role });

export const userChange = z.strictObject({
  name: userName.optional(),
  role: role.optional(),
  password: newPassword.optional().describe("Another user's; your own changes by PUT /session/password."),
  enabled: z.boolean().optional().describe('Who is disabled is signed out at once, and their tokens rest.'),
});

function lengthOf(text: string): number {
  return [...text].length;
}
