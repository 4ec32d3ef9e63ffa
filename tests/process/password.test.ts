import { expect, test } from 'vitest';
import { isLoopback } from '#main/platform/loopback.ts';
import { defaultCost, passwordKeeper } from '#main/platform/password.ts';
import { derivedSecret, newSecret, sameSecret, secretHash } from '#main/platform/secret-text.ts';

const quick = { log2N: 4, blockSize: 8, parallelism: 1 };
const passwords = passwordKeeper(quick);

async function hashOf(password: string, keeper = passwords): Promise<string> {
  const hash = await keeper.hash(password);
  if (hash === null) throw new Error('busy');
  return hash;
}

test('a password is right for its own hash, and no hash is like another', async () => {
  const [one, other] = [await hashOf('correct horse'), await hashOf('correct horse')];
  expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
  expect(one).not.toBe(other);
  expect(await passwords.check('correct horse', one)).toEqual({ is: 'right', isOutdated: false });
  expect(await passwords.check('correct horse ', one)).toEqual({ is: 'wrong' });
  expect(await passwords.check('', one)).toEqual({ is: 'wrong' });
});

test('a hash that another program made is right too, however its accent was typed', async () => {
  const made = '$scrypt$ln=4,r=8,p=1$U29kaXVtQ2hsb3JpZGVfXw$zE4aDnx0kdkF4Gwb11oVMJ/Hv8dIQYQKcwdwgxvFDCc';
  expect(await passwords.check('pr\u00e9cieux', made)).toEqual({ is: 'right', isOutdated: false });
  expect(await passwords.check('pre\u0301cieux', made)).toEqual({ is: 'right', isOutdated: false });
  expect(await passwords.check('precieux', made)).toEqual({ is: 'wrong' });
});

test('nobody is never right, and costs what somebody does', async () => {
  let derived = 0;
  const counted = passwordKeeper({
    ...quick,
    // Read once for each derivation.
    get log2N() {
      derived += 1;
      return 4;
    },
  });
  expect(await counted.check('correct horse', null)).toEqual({ is: 'wrong' });
  expect(derived).toBeGreaterThan(0);
});

test('a hash of another cost is still right, and told to be outdated', async () => {
  const old = await hashOf('correct horse', passwordKeeper({ ...quick, log2N: 3 }));
  expect(await passwords.check('correct horse', old)).toEqual({ is: 'right', isOutdated: true });
});

test('a damaged hash is an error, not a wrong password', async () => {
  for (const stored of ['', 'x', '$scrypt$ln=31,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$', '$2b$10$abc']) {
    await expect(passwords.check('correct horse', stored)).rejects.toThrow(
      'a password hash in the database is damaged',
    );
  }
});

test('two are checked at a time, twenty wait, and the next one is turned away', async () => {
  const keeper = passwordKeeper(quick);
  const answers = await Promise.all(Array.from({ length: 25 }, () => keeper.check('correct horse', null)));
  expect(answers.filter(({ is }) => is === 'wrong')).toHaveLength(22);
  expect(answers.slice(22)).toEqual([{ is: 'busy' }, { is: 'busy' }, { is: 'busy' }]);
  expect(await keeper.check('correct horse', null)).toEqual({ is: 'wrong' });
});

test('the cost that is shipped works within its memory', async () => {
  const keeper = passwordKeeper(defaultCost);
  const stored = await hashOf('correct horse', keeper);
  expect(stored).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
  expect(await keeper.check('correct horse', stored)).toEqual({ is: 'right', isOutdated: false });
});

test('secrets are random, are found by their hash and compared as a whole', () => {
  const [one, other] = [newSecret('enc_'), newSecret('enc_')];
  expect(one).toMatch(/^enc_[\w-]{43}$/);
  expect(one).not.toBe(other);
  expect(secretHash('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(derivedSecret(one, 'a')).not.toBe(derivedSecret(one, 'b'));
  expect([sameSecret('abc', 'abc'), sameSecret('abc', 'abd'), sameSecret('abc', 'abcd'), sameSecret('', 'a')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('loopback is this machine alone', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1', 'localhost']) {
    expect([address, isLoopback(address)]).toEqual([address, true]);
  }
  for (const address of [
    '',
    '128.0.0.1',
    '192.168.1.2',
    '::2',
    '::',
    '0.0.0.0',
    '::ffff:10.0.0.1',
    '127.0.0.1.example',
  ]) {
    expect([address, isLoopback(address)]).toEqual([address, false]);
  }
});
