import { z } from 'zod';

/** S3 19.5: each role may do what those before it may. */
export const role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof role>;

/** Whether `held` is enough where `needed` is asked for. */
export function roleSuffices(held: Role, needed: Role): boolean {
  return role.options.indexOf(held) >= role.options.indexOf(needed);
}

/** The one that may less. */
export function lesserRole(a: Role, b: Role): Role {
  return roleSuffices(a, b) ? b : a;
}
