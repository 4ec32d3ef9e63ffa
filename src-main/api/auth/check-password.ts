import { type User, findUserByName, renewHash } from '#main/store/users.ts';
import { RequestRefused } from '../route.ts';
import { type AccountDeps, passwordsBusy } from './account-deps.ts';

/**
 * The user of that name and password, as stored by now. RequestRefused otherwise, in the same words and the same time
 * whether the name or the password is wrong.
 */
export async function checkPassword(
  { db, passwords, throttle }: AccountDeps,
  { name, password, address }: { name: string; password: string; address: string },
): Promise<User> {
  const attempt = throttle.begin(address, name);
  if (!attempt.ok) throw tooManyTries(attempt.waitMs);
  const user = await findUserByName(db, name);
  const checked = await passwords.check(password, user?.passwordHash ?? null);
  if (checked.is === 'busy') {
    attempt.notChecked();
    throw passwordsBusy();
  }
  if (checked.is === 'wrong' || user === null) throw wrongPassword();
  attempt.succeeded();
  if (user.disabledAtMs !== null) throw new RequestRefused('ENC-AUTH-003', `${user.name} is disabled: ask an admin.`);
  const newHash = checked.isOutdated ? await passwords.hash(password) : null;
  if (newHash === null) return user;
  await renewHash(db, user, newHash);
  return { ...user, passwordHash: newHash };
}

/** Says neither which of the two it was. */
export function wrongPassword(): RequestRefused {
  return new RequestRefused('ENC-AUTH-001', 'Wrong name or password.');
}

function tooManyTries(waitMs: number): RequestRefused {
  const waitSec = Math.ceil(waitMs / 1000);
  return new RequestRefused('ENC-SYS-005', `Too many wrong passwords; try again in ${waitSec} s.`, {
    headers: { 'Retry-After': String(waitSec) },
  });
}
