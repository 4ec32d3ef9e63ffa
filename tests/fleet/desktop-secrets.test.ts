import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { identityPath, keyHashOf, openIdentity } from '#main/platform/identity.ts';
import { openSealer, secretKeyPath } from '#main/platform/open-sealer.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { desktopStanding } from '#shared/protocol/desktop.ts';
import { type DesktopBench, startDesktop } from '../helpers/desktop-bench.ts';
import { encrew, treeOf } from '../helpers/encrew-process.ts';
import type { StandInChain } from '../helpers/keychain-stand-in.ts';
import { knowMachine } from '../helpers/known-machine.ts';
import { type RealWork, realWork } from '../helpers/real-work.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * A real server and a real node under the desktop app's shell: what of their secrets lies on the disk, and what else sees the key.
 */

type House = { desk: DesktopBench; work: RealWork };

async function open(dataDir: string, mode: 'both' | 'server', keychain: StandInChain): Promise<House> {
  const work = realWork();
  const desk = await startDesktop({ mode }, { dataDir, keychain, fork: work.fork });
  return { desk, work };
}

const standingOf = async ({ desk }: House) => desktopStanding.parse(await desk.call('standing'));

async function running(house: House): Promise<string> {
  await waitUntil(
    'all that the mode wants runs',
    async () => {
      const { settings, server, node } = await standingOf(house);
      return server.state === 'running' && node.state === (settings.mode === 'both' ? 'running' : 'off');
    },
    60_000,
  );
  return (await standingOf(house)).server.url ?? '';
}

async function close({ desk }: House): Promise<void> {
  desk.happen('app', 'before-quit', 'event');
  await desk.until('exit 0');
}

/** Who answers there, as nodes know it. */
function serverAt(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(keyHashOf(socket.getPeerCertificate(true).raw));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

const formsOf = async (paths: readonly string[]): Promise<string[]> =>
  Promise.all(
    paths.map(async (path) => ((await readFile(path, 'latin1')).startsWith('encrew-sealed:') ? 'sealed' : 'open')),
  );

test('server and node of the app take over what lies open, seal it, and leave it to no one else', async () => {
  const dataDir = await temporaryFolder();
  const lent = join(dataDir, 'lent');
  await Promise.all([knowMachine(dataDir), knowMachine(lent)]);
  await writeFile(join(dataDir, 'settings.json'), '{"node":false}');
  // Of an earlier version, or a server without the app.
  const { keyHash } = await openIdentity(dataDir, 'Den');
  const lentHash = (await openIdentity(lent, 'Den')).keyHash;
  const opened = await openSealer(dataDir);
  if (!opened.ok) throw new Error(opened.message);
  const webhook = opened.sealer.seal('secret', 'webhook:1');
  const paths = [identityPath(dataDir), secretKeyPath(dataDir), identityPath(lent)];

  const first = await open(dataDir, 'both', { name: 'login' });
  expect(await serverAt(await running(first))).toBe(keyHash);
  expect(await formsOf(paths)).toEqual(['sealed', 'sealed', 'sealed']);
  const lock = first.work.lock();
  expect((await openIdentity(lent, 'Den', lock)).keyHash).toBe(lentHash);
  const again = await openSealer(dataDir, lock);
  expect(again.ok && again.sealer.open(webhook, 'webhook:1')).toEqual({ ok: true, text: 'secret' });
  await sawNothing(first, dataDir, lock);

  await first.desk.call('change-settings', { keychain: false });
  await waitUntil('they lie open', async () => !(await formsOf(paths)).includes('sealed'));
  await first.desk.call('change-settings', { keychain: true });
  await waitUntil('they are sealed', async () => !(await formsOf(paths)).includes('open'));
  await close(first);

  const sealed = await treeOf(dataDir);
  const files = await Promise.all(paths.map((path) => readFile(path)));
  const why = (path: string) =>
    `encrew: ${path} is sealed with a key from the system's keychain, which only the desktop app asks for: start the app, or switch the keychain off there (Settings, This computer)\n`;
  const { code, stderr } = await encrew(['serve', '--port', '0', '--no-open', '--no-mdns', '--data', dataDir], dataDir);
  expect({ code, stderr }).toEqual({ code: 2, stderr: why(identityPath(dataDir)) });
  expect(await treeOf(dataDir)).toEqual(sealed);

  // A keychain that was reset: the server says why it doesn't start, and what lies there stays.
  const second = await open(dataDir, 'server', { name: 'reset' });
  await waitUntil('it has said why', async () => (await standingOf(second)).server.state === 'broken', 60_000);
  const because = /identity\.json is sealed with a key from the system's keychain, which does not give it out: /;
  expect(await standingOf(second)).toMatchObject({
    ...{ secrets: 'locked', server: { problem: expect.stringMatching(because) } },
  });
  expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual(files);

  second.desk.set.keychain = { name: 'login' };
  await second.desk.call('choose-mode', { mode: 'server' });
  expect(await serverAt(await running(second))).toBe(keyHash);
  expect(second.work.lock()).toEqual(lock);
  expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual(files);
  await close(second);
}, 180_000);

/** The key stands in no log, argument or variable; orders that nobody understands are logged without it. */
async function sawNothing({ work }: House, dataDir: string, { key }: SecretLock): Promise<void> {
  const secret = Buffer.from(key ?? []);
  work.say({ kind: 'orders', secrets: { keyBase64: secret.toString('base64'), isWanted: 'yes' } });
  const log = () => readFile(join(dataDir, 'logs', 'encrew.log'), 'latin1').catch(() => '');
  await waitUntil(
    'both have logged it',
    async () => (await log()).split('nobody understands').length > work.pids().length,
  );
  const seen = [work.output(), await log()];
  for (const pid of work.pids()) {
    seen.push(await readFile(`/proc/${pid}/cmdline`, 'latin1'), await readFile(`/proc/${pid}/environ`, 'latin1'));
  }
  for (const form of ['base64', 'base64url', 'hex', 'latin1'] as const) {
    expect(seen.join('\n').includes(secret.toString(form))).toBe(false);
  }
}
