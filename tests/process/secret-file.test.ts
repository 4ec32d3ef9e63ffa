import { chmod, copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identityPath, IdentityUnusable, openIdentity } from '#main/platform/identity.ts';
import { keepSecrets, lookAtSecrets } from '#main/platform/keep-secrets.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openSealer, secretKeyPath } from '#main/platform/open-sealer.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { frozenAfter } from '#tests/helpers/frozen-at-change.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const sealing: SecretLock = { key: Buffer.alloc(32, 1), isWanted: true };
const unsealing: SecretLock = { key: Buffer.alloc(32, 1), isWanted: false };
const otherKey: SecretLock = { key: Buffer.alloc(32, 2), isWanted: true };
const noKey: SecretLock = { key: null, isWanted: true };

type Secrets = { keyHash: string; webhook: unknown };

/** Who the folder's owner is, and whether a secret of its database can be read. */
async function secretsOf(dataDir: string, lock: SecretLock | null, sealed: string): Promise<Secrets> {
  const { keyHash } = await openIdentity(dataDir, 'Den', lock);
  const opened = await openSealer(dataDir, lock);
  if (!opened.ok) throw new Error(opened.message);
  return { keyHash, webhook: opened.sealer.open(sealed, 'webhook:1') };
}

/** A folder with both secrets, made under that lock. */
async function furnished(lock: SecretLock | null): Promise<{ dataDir: string; sealed: string; all: Secrets }> {
  const dataDir = await temporaryFolder();
  const opened = await openSealer(dataDir, lock);
  if (!opened.ok) throw new Error(opened.message);
  const sealed = opened.sealer.seal('secret', 'webhook:1');
  return { dataDir, sealed, all: await secretsOf(dataDir, lock, sealed) };
}

/** How each file lies there. */
async function formsIn(dataDir: string): Promise<Record<string, 'sealed' | 'open'>> {
  const names = (await readdir(dataDir)).toSorted();
  const formOf = async (name: string): Promise<'sealed' | 'open'> =>
    (await readFile(join(dataDir, name), 'latin1')).startsWith('encrew-sealed:') ? 'sealed' : 'open';
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await formOf(name)])));
}

const bothSealed = { 'identity.json': 'sealed', 'secret.key': 'sealed' };
const bothOpen = { 'identity.json': 'open', 'secret.key': 'open' };

test('secrets are sealed from the first moment, for their owner alone, and opened with the same key', async () => {
  const { dataDir, sealed, all } = await furnished(sealing);
  expect(await formsIn(dataDir)).toEqual(bothSealed);
  for (const path of [identityPath(dataDir), secretKeyPath(dataDir)]) {
    expect(await readFile(path, 'latin1')).not.toMatch(/PRIVATE|BEGIN/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o644);
  }
  expect(await secretsOf(dataDir, sealing, sealed)).toEqual(all);
  expect(all.webhook).toEqual({ ok: true, text: 'secret' });
  expect((await stat(identityPath(dataDir))).mode & 0o777).toBe(0o600);
  // It is opened without being wanted, too.
  expect(await secretsOf(dataDir, unsealing, sealed)).toEqual(all);
  expect(await formsIn(dataDir)).toEqual(bothSealed);
});

test('secrets that lay open are sealed, and the other way round, and stay what they were', async () => {
  const { dataDir, sealed, all } = await furnished(null);
  expect(await formsIn(dataDir)).toEqual(bothOpen);
  const before = await readFile(identityPath(dataDir));
  await keepSecrets(dataDir, sealing, silentLogger);
  expect(await formsIn(dataDir)).toEqual(bothSealed);
  expect(await secretsOf(dataDir, sealing, sealed)).toEqual(all);
  const once = await readFile(identityPath(dataDir));
  await keepSecrets(dataDir, sealing, silentLogger);
  expect(await readFile(identityPath(dataDir))).toEqual(once);
  await keepSecrets(dataDir, unsealing, silentLogger);
  expect(await readFile(identityPath(dataDir))).toEqual(before);
  expect(await secretsOf(dataDir, null, sealed)).toEqual(all);
  expect((await stat(identityPath(dataDir))).mode & 0o777).toBe(0o600);
});

test('without its key a sealed file is told of in one line, and nothing is written', async () => {
  const { dataDir } = await furnished(sealing);
  const before = await Promise.all([readFile(identityPath(dataDir)), readFile(secretKeyPath(dataDir))]);
  const lines: [SecretLock | null, RegExp][] = [
    [null, /^.* is sealed with a key from the system's keychain, .*: start the app, or switch the keychain off there/],
    [noKey, /^.* is sealed with a key from the system's keychain, which does not give it out: /],
    [otherKey, /^.* is sealed with another key than the one in the system's keychain: /],
  ];
  for (const [lock, line] of lines) {
    await expect(openIdentity(dataDir, 'Den', lock)).rejects.toThrow(IdentityUnusable);
    await expect(openIdentity(dataDir, 'Den', lock)).rejects.toThrow(line);
    expect(await openSealer(dataDir, lock)).toEqual({ ok: false, message: expect.stringMatching(line) });
    if (lock !== null) await keepSecrets(dataDir, { ...lock, isWanted: false }, silentLogger);
  }
  expect(await Promise.all([readFile(identityPath(dataDir)), readFile(secretKeyPath(dataDir))])).toEqual(before);
  expect(await readdir(dataDir)).toEqual(['identity.json', 'secret.key']);
  expect(await lookAtSecrets(dataDir, otherKey)).toEqual({
    ...{ isAnySealed: true, isAnyToChange: false },
    closed: [identityPath(dataDir), secretKeyPath(dataDir)],
  });
  expect(await lookAtSecrets(dataDir, sealing)).toEqual({ isAnySealed: true, isAnyToChange: false, closed: [] });
  expect(await lookAtSecrets(dataDir, unsealing)).toMatchObject({ isAnyToChange: true, closed: [] });
});

test('a sealed file that was changed, or is another secret’s, is told of and stays as it is', async () => {
  const { dataDir } = await furnished(sealing);
  const path = identityPath(dataDir);
  const whole = await readFile(path, 'utf8');
  await copyFile(secretKeyPath(dataDir), path);
  const damaged = `${path} is sealed, and damaged: restore it from a backup, or begin with new secrets in the app`;
  await expect(openIdentity(dataDir, 'Den', sealing)).rejects.toThrow(new IdentityUnusable(damaged));
  for (const content of ['encrew-sealed:', whole.slice(0, 100), whole.replace(/.\n$/, '')]) {
    await writeFile(path, content);
    await expect(openIdentity(dataDir, 'Den', sealing)).rejects.toThrow(new IdentityUnusable(damaged));
    expect(await readFile(path, 'utf8')).toBe(content);
  }
});

test('what is no secret is not sealed', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(identityPath(dataDir), '{');
  await writeFile(secretKeyPath(dataDir), 'not a key');
  await keepSecrets(dataDir, sealing, silentLogger);
  expect(await formsIn(dataDir)).toEqual(bothOpen);
  expect(await readFile(identityPath(dataDir), 'utf8')).toBe('{');
  expect(await lookAtSecrets(dataDir, sealing)).toMatchObject({ isAnySealed: false, closed: [] });
});

test('whoever dies anywhere while it seals or unseals loses nothing, and the next one leaves nothing over', async () => {
  for (const to of [sealing, unsealing]) {
    const from = to === sealing ? unsealing : sealing;
    const { dataDir, sealed, all } = await furnished(from);
    let deaths = 0;
    while ((await frozenAfter(deaths, () => keepSecrets(dataDir, to, silentLogger))) === 'frozen') {
      deaths += 1;
      expect(await secretsOf(dataDir, sealing, sealed)).toEqual(all);
      // From the beginning, but for what the dead one left.
      await keepSecrets(dataDir, from, silentLogger);
      expect((await readdir(dataDir)).toSorted()).toEqual(['identity.json', 'secret.key']);
    }
    expect(deaths).toBeGreaterThanOrEqual(10);
    expect(await formsIn(dataDir)).toEqual(to.isWanted ? bothSealed : bothOpen);
    expect(await secretsOf(dataDir, sealing, sealed)).toEqual(all);
  }
});
