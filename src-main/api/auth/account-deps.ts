import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Passwords } from '#main/platform/password.ts';
import type { Database } from '#main/store/schema.ts';
import { RequestRefused } from '../route.ts';
import type { LoginThrottle } from './login-throttle.ts';

/** What the routes of people need. */
export type AccountDeps = {
  db: Kysely<Database>;
  clock: Clock;
  passwords: Passwords;
  /** One for the whole server. */
  throttle: LoginThrottle;
};

/** Hashes a new password; RequestRefused when too many wait for theirs. */
export async function hashPassword(passwords: Passwords, password: string): Promise<string> {
  const hash = await passwords.hash(password);
  if (hash === null) throw passwordsBusy();
  return hash;
}

/** Says that it may work a moment later. */
export function passwordsBusy(): RequestRefused {
  return new RequestRefused('ENC-SYS-004', 'Too many passwords are being checked: try again in a moment.', {
    headers: { 'Retry-After': '2' },
  });
}
