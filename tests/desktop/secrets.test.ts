import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openKeychain } from '#main/desktop/keychain.ts';
import { keychainKeyPath } from '#main/desktop/keychain-key.ts';
import { lockOf } from '#main/desktop/secret-orders.ts';
import { openSecrets, type Secrets } from '#main/desktop/secrets.ts';
import { identityPath, openIdentity } from '#main/platform/identity.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openSealer } from '#main/platform/open-sealer.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { type DesktopBench, serverUrl, startDesktop } from '../helpers/desktop-bench.ts';
import { frozenAfter } from '../helpers/frozen-at-change.ts';
import { handClock } from '../helpers/hand-clock.ts';
import { keychainStandIn, type StandInChain } from '../helpers/keychain-stand-in.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * How the shell keeps the key that seals this machine's secrets, in a stand-in for Electron's safeStorage.
 */

/** The lock that the first work was given. */
async function lockGiven(desk: DesktopBench): Promise<SecretLock> {
  const [orders] = (await desk.work(0)).heard;
  if (orders?.kind !== 'orders') throw new Error('it has no orders');
  return lockOf(orders.secrets);
}

/** As the work makes them. */
async function makeSecrets(dataDir: string, lock: SecretLock | null): Promise<string> {
  await openSealer(dataDir, lock);
  return (await openIdentity(dataDir, 'Den', lock)).keyHash;
}

const keyFile = z.strictObject({ format: z.literal(1), wrapped: z.base64() });
const isSealed = async (path: string): Promise<boolean> => (await readFile(path, 'utf8')).startsWith('encrew-sealed:');
const standingOf = async (desk: DesktopBench): Promise<unknown> => desk.call('standing');

test('the keychain keeps one key, which the work is given and the disk never sees', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const { dataDir } = desk;
  const lock = await lockGiven(desk);
  expect(lock).toEqual({ key: expect.any(Buffer), isWanted: true });
  expect(lock.key).toHaveLength(32);
  const text = await readFile(keychainKeyPath(dataDir), 'latin1');
  const wrapped = Buffer.from(/"wrapped":"([^"]+)"/.exec(text)?.[1] ?? '', 'base64').toString('latin1');
  expect(wrapped).toMatch(/^v11/);
  for (const form of ['base64', 'hex', 'latin1'] as const) {
    expect(text + wrapped).not.toContain(Buffer.from(lock.key ?? []).toString(form));
  }
  expect((await stat(keychainKeyPath(dataDir))).mode & 0o777).toBe(0o600);
  expect(await standingOf(desk)).toMatchObject({ secrets: 'kept' });

  const keyHash = await makeSecrets(dataDir, lock);
  const again = await startDesktop({ mode: 'server' }, { dataDir });
  expect(await lockGiven(again)).toEqual(lock);
  expect((await openIdentity(dataDir, 'Den', await lockGiven(again))).keyHash).toBe(keyHash);
  expect(await readFile(keychainKeyPath(dataDir), 'latin1')).toBe(text);
});

test('a key is wrapped anew when the keychain has a better one of its own', async () => {
  const first = await startDesktop({ mode: 'server' });
  const { dataDir } = first;
  const lock = await lockGiven(first);
  const wrapped = async (): Promise<string> => {
    const { wrapped: text } = keyFile.parse(JSON.parse(await readFile(keychainKeyPath(dataDir), 'utf8')));
    return Buffer.from(text, 'base64').toString('latin1').slice(0, 3);
  };
  expect(await wrapped()).toBe('v11');
  const keychain = { name: 'login', better: 'portal' };
  expect(await lockGiven(await startDesktop({ mode: 'server' }, { dataDir, keychain }))).toEqual(lock);
  expect(await wrapped()).toBe('v12');
  expect(await lockGiven(await startDesktop({ mode: 'server' }, { dataDir, keychain }))).toEqual(lock);
  expect((await stat(keychainKeyPath(dataDir))).mode & 0o777).toBe(0o600);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('keychain'))).toEqual(['keychain.json']);
});

test('whoever looks twice at once makes one key', async () => {
  const dataDir = await temporaryFolder();
  const { port } = keychainStandIn(() => ({ name: 'login' }));
  const isMade = async (): Promise<boolean> => (await readdir(dataDir)).includes('keychain.json');
  let asked = 0;
  const slow: typeof port = {
    ...port,
    // A second key comes when the first one is in use.
    encryptStringAsync: async (text) => {
      asked += 1;
      if (asked > 1) await waitUntil('the first key is there', isMade);
      return port.encryptStringAsync(text);
    },
  };
  const secrets = openSecrets({
    keychain: openKeychain(slow, 'linux', silentLogger),
    ...{ dataDir, folders: [dataDir], isWanted: () => true, clock: handClock(0), log: silentLogger },
  });
  await Promise.all([secrets.look(), secrets.look(), secrets.renew()]);
  expect(await readdir(dataDir)).toEqual(['keychain.json']);
});

test('where there is no keychain, or only a password that everybody knows, nothing is sealed', async () => {
  for (const keychain of ['none', 'fixed', 'fixed, untold'] as const) {
    const desk = await startDesktop({ mode: 'server' }, { keychain });
    expect(await lockGiven(desk)).toEqual({ key: null, isWanted: true });
    expect(await standingOf(desk)).toMatchObject({ secrets: 'unavailable' });
    expect(await readdir(desk.dataDir)).not.toContain('keychain.json');
    const keyHash = await makeSecrets(desk.dataDir, await lockGiven(desk));
    // A later start with a keychain seals what it finds, also of a machine that is not lent now.
    const lent = join(desk.dataDir, 'lent');
    await makeSecrets(lent, null);
    const later = await startDesktop({ mode: 'server' }, { dataDir: desk.dataDir });
    expect(await isSealed(identityPath(desk.dataDir))).toBe(true);
    expect(await isSealed(identityPath(lent))).toBe(true);
    expect((await openIdentity(desk.dataDir, 'Den', await lockGiven(later))).keyHash).toBe(keyHash);
  }
});

test('another keychain opens nothing, overwrites nothing, and the first one opens all again', async () => {
  const first = await startDesktop({ mode: 'server' });
  const { dataDir } = first;
  const keyHash = await makeSecrets(dataDir, await lockGiven(first));
  const paths = [keychainKeyPath(dataDir), identityPath(dataDir)];
  const before = await Promise.all(paths.map((path) => readFile(path)));
  for (const keychain of [{ name: 'reset' }, 'none', 'fixed'] satisfies StandInChain[]) {
    for (const isWanted of [true, false]) {
      const other = await startDesktop({ mode: 'server', keychain: isWanted }, { dataDir, keychain });
      expect(await lockGiven(other)).toEqual({ key: null, isWanted });
      expect(await standingOf(other)).toMatchObject({ secrets: 'locked' });
      expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual(before);
    }
  }
  const other = await startDesktop({ mode: 'server' }, { dataDir, keychain: 'none' });
  const work = await other.work(0);
  work.tell({ kind: 'refused', message: 'it is sealed' });
  work.exit(0);
  // It was only shut: whoever tries again has it.
  other.set.keychain = { name: 'login' };
  await other.call('choose-mode', { mode: 'server' });
  const [orders] = (await other.work(1)).heard;
  if (orders?.kind !== 'orders') throw new Error('it has no orders');
  expect((await openIdentity(dataDir, 'Den', lockOf(orders.secrets))).keyHash).toBe(keyHash);
  expect(await standingOf(other)).toMatchObject({ secrets: 'kept' });
});

test('whoever begins with new secrets has the old ones under other names', async () => {
  const first = await startDesktop({ mode: 'both' });
  const { dataDir } = first;
  const lent = join(dataDir, 'lent');
  const lock = await lockGiven(first);
  const keyHash = await makeSecrets(dataDir, lock);
  await makeSecrets(lent, lock);
  await writeFile(join(lent, 'paired-server.json'), 'the server');
  const desk = await startDesktop({ mode: 'both' }, { dataDir, keychain: { name: 'reset' } });
  for (const number of [0, 1]) {
    const work = await desk.work(number);
    work.tell({ kind: 'refused', message: 'it is sealed' });
    work.exit(0);
  }
  expect(await desk.call('renew-secrets')).toBeNull();
  expect(await standingOf(desk)).toMatchObject({ secrets: 'kept', server: { state: 'starting' } });
  const stamp = '19700101T001640Z';
  const aside = (await readdir(dataDir)).filter((name) => name.includes('set-aside'));
  expect(aside.toSorted()).toEqual(
    ['identity.json', 'keychain.json', 'secret.key'].map((name) => `${name}.set-aside-${stamp}`),
  );
  expect((await readdir(lent)).toSorted()).toEqual(
    ['identity.json', 'paired-server.json', 'secret.key'].map((name) => `${name}.set-aside-${stamp}`),
  );
  const [orders] = (await desk.work(2)).heard;
  if (orders?.kind !== 'orders') throw new Error('it has no orders');
  expect(await makeSecrets(dataDir, lockOf(orders.secrets))).not.toBe(keyHash);
  // Nothing is locked now: the same wish does nothing.
  const names = (await readdir(dataDir)).toSorted();
  expect(await desk.call('renew-secrets')).toBeNull();
  expect((await readdir(dataDir)).toSorted()).toEqual(names);
});

test('new secrets wait for whoever else has the folder', async () => {
  const first = await startDesktop({ mode: 'server' });
  const { dataDir } = first;
  await makeSecrets(dataDir, await lockGiven(first));
  const desk = await startDesktop({ mode: 'server' }, { dataDir, keychain: 'none' });
  await writeFile(join(dataDir, 'owner-1.json'), JSON.stringify({ pid: 1, identity: 'x', host: 'another machine' }));
  const names = (await readdir(dataDir)).toSorted();
  expect(await desk.call('renew-secrets')).toEqual({
    fault: `another Encrew (process 1 on another machine) has ${dataDir}: stop it first`,
  });
  expect((await readdir(dataDir)).toSorted()).toEqual(names);
});

test('people take their secrets out of the keychain, and it is not asked any more', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const { dataDir } = desk;
  const lent = join(dataDir, 'lent');
  const lock = await lockGiven(desk);
  await makeSecrets(lent, lock);
  await makeSecrets(dataDir, lock);
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  expect(await desk.call('change-settings', { keychain: false })).toMatchObject({ keychain: false });
  // The work does it in the folder that it has, the shell in the other one.
  const { keyBase64 } = { keyBase64: Buffer.from(lock.key ?? []).toString('base64') };
  expect(work.heard.at(-1)).toEqual({ kind: 'secrets', secrets: { keyBase64, isWanted: false } });
  expect([await isSealed(identityPath(dataDir)), await isSealed(identityPath(lent))]).toEqual([true, false]);
  expect(await standingOf(desk)).toMatchObject({ secrets: 'off' });
  await desk.call('change-settings', { keychain: true });
  expect(await isSealed(identityPath(lent))).toBe(true);
  expect(await standingOf(desk)).toMatchObject({ secrets: 'kept' });

  const out = await startDesktop({ mode: 'server', keychain: false }, { dataDir: await temporaryFolder() });
  expect([await lockGiven(out), out.keychain]).toEqual([{ key: null, isWanted: false }, []]);
  expect(await standingOf(out)).toMatchObject({ secrets: 'off' });
  expect(await readdir(out.dataDir)).not.toContain('keychain.json');
});

test('a damaged key is a locked one, and a folder that can’t be read stops nobody', async () => {
  const first = await startDesktop({ mode: 'server' });
  const { dataDir } = first;
  await makeSecrets(dataDir, await lockGiven(first));
  for (const content of ['', '{"format":1,"wrapped":"%"}', '{"format":1,"wrapped":"djEx"}']) {
    await writeFile(keychainKeyPath(dataDir), content);
    const desk = await startDesktop({ mode: 'server' }, { dataDir });
    expect(await standingOf(desk)).toMatchObject({ secrets: 'locked' });
    expect(await readFile(keychainKeyPath(dataDir), 'utf8')).toBe(content);
  }
  const odd = await temporaryFolder();
  await mkdir(keychainKeyPath(odd));
  const desk = await startDesktop({ mode: 'server' }, { dataDir: odd });
  expect(await lockGiven(desk)).toEqual({ key: null, isWanted: true });
});

test('an app that dies anywhere while it makes its key or begins anew loses no secret', async () => {
  const clock = handClock(1_000_000);
  const opened = async (dataDir: string, chain: StandInChain): Promise<Secrets> => {
    const keychain = openKeychain(keychainStandIn(() => chain).port, 'linux', silentLogger);
    const folders = [dataDir];
    return openSecrets({ keychain, dataDir, folders, isWanted: () => true, clock, log: silentLogger });
  };
  /** What a dead one left, without the claim that dies with its process. */
  const leftOf = async (dataDir: string): Promise<string> => {
    const left = await temporaryFolder();
    await cp(dataDir, left, { recursive: true, filter: (path) => !/owner-\d+\.json$/.test(path) });
    return left;
  };
  const deaths = { first: 0, anew: 0 };
  for (; ; deaths.first += 1) {
    const dataDir = await temporaryFolder();
    const keyHash = await makeSecrets(dataDir, null);
    const dying = await opened(dataDir, { name: 'login' });
    const how = await frozenAfter(deaths.first, async () => {
      await dying.look();
      await dying.keepIdle(dataDir);
    });
    const left = await leftOf(dataDir);
    const next = await opened(left, { name: 'login' });
    await next.look();
    expect(next.standing()).toBe('kept');
    expect(await makeSecrets(left, lockOf(next.orders()))).toBe(keyHash);
    if (how === 'ended') break;
  }
  for (; ; deaths.anew += 1) {
    const dataDir = await temporaryFolder();
    const first = await opened(dataDir, { name: 'login' });
    await first.look();
    await makeSecrets(dataDir, lockOf(first.orders()));
    const kept = await Promise.all([identityPath(dataDir), keychainKeyPath(dataDir)].map((path) => readFile(path)));
    const dying = await opened(dataDir, { name: 'reset' });
    await dying.look();
    const how = await frozenAfter(deaths.anew, () => dying.renew());
    const left = await leftOf(dataDir);
    const next = await opened(left, { name: 'reset' });
    await next.look();
    if (next.standing() === 'locked') await next.renew();
    expect(next.standing()).toBe('kept');
    const contents = (await readdir(left)).map((name) => readFile(join(left, name)));
    expect(await Promise.all(contents)).toEqual(expect.arrayContaining(kept));
    if (how === 'ended') break;
  }
  expect(deaths.first).toBeGreaterThanOrEqual(15);
  expect(deaths.anew).toBeGreaterThanOrEqual(10);
}, 30_000);
