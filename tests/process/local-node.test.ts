import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { LocalNodeNews, LocalNodeOrders } from '#main/app/local-node-orders.ts';
import { knowMachine } from '#tests/helpers/known-machine.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

test('the server’s own node logs as the settings have it now, and ends with its channel', async () => {
  const dataDir = await temporaryFolder();
  await knowMachine(dataDir);
  const node = fork(entry, ['local-node'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  onTestFinished(() => void node.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => node.once('exit', resolve));
  let log = '';
  node.stderr?.on('data', (part: Buffer) => {
    log += part.toString();
  });
  // Nobody listens there: each attempt is told to those who want to know everything.
  const url = 'http://127.0.0.1:1';
  const who = { url, secret: 'secret', nodeId: 'local', name: 'attic', dataDir, encrewVersion: '1.0.0' };
  node.send({ ...who, logLevel: 'error' } satisfies LocalNodeOrders);
  node.send({ logLevel: 'debug' } satisfies LocalNodeNews);
  await waitUntil('it tells what it tries', () => log.includes('the server does not answer'));
  node.disconnect();
  expect(await ended).toBe(0);
});
