import { expect, test } from 'vitest';
import { isKeptByKeychain } from '#main/desktop/decide/keychain-trust.ts';
import { secretsStanding } from '#main/desktop/decide/secrets-standing.ts';

const made = (prefix: string) => new TextEncoder().encode(`${prefix}…`);

test('what a fixed password has wrapped is not kept by a keychain, whatever Electron says of it', () => {
  const onLinux = (backend: string | null, prefix: string) =>
    isKeptByKeychain({ platform: 'linux', backend, wrapped: made(prefix) });
  expect([onLinux('gnome_libsecret', 'v11'), onLinux('kwallet6', 'v11'), onLinux('unknown', 'v12')]).toEqual([
    true,
    true,
    true,
  ]);
  expect([onLinux('basic_text', 'v10'), onLinux('basic_text', 'v11'), onLinux('kwallet6', 'v10')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(onLinux('unknown', 'v10')).toBe(false);
  expect(onLinux(null, 'v10')).toBe(false);
  // There it is the keychain's own, and DPAPI's.
  for (const platform of ['darwin', 'win32'] as const) {
    expect(isKeptByKeychain({ platform, backend: null, wrapped: made('v10') })).toBe(true);
  }
});

test('what nothing opens comes first, then what people want, then whether there is a keychain', () => {
  const standings = [true, false].flatMap((isWanted) =>
    [true, false].flatMap((hasKey) =>
      [0, 1].map((closed) => [isWanted, hasKey, closed, secretsStanding({ isWanted, hasKey, closed })]),
    ),
  );
  expect(standings).toEqual([
    [true, true, 0, 'kept'],
    [true, true, 1, 'locked'],
    [true, false, 0, 'unavailable'],
    [true, false, 1, 'locked'],
    [false, true, 0, 'off'],
    [false, true, 1, 'locked'],
    [false, false, 0, 'off'],
    [false, false, 1, 'locked'],
  ]);
});
