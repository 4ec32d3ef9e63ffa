import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { problem } from '#shared/protocol/problem.ts';
import { adminToken, startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

/** Runs the command to its end: only for what is refused. */
function refused(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}

test('a second server on the same data folder is refused in one line, and the first goes on', async () => {
  const data = await temporaryFolder();
  const first = await startServerProcess(data, ['--no-node']);
  const second = await refused(['serve', '--port', '0', '--data', data, '--no-open']);
  expect(second).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^encrew: another Encrew server \(process \d+ on .*\) has .*: stop it, or name another --data\n$/,
    ),
  });
  expect((await first.ask('GET', '/jobs')).status).toBe(200);
});

test('a port that is taken is told in one line', async () => {
  const first = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const { port } = new URL(first.url);
  const second = await refused(['serve', '--port', port, '--data', await temporaryFolder(), '--no-open']);
  expect(second.code).toBe(2);
  expect(second.stderr).toBe(
    `encrew: can't listen on 127.0.0.1 port ${port}: another program listens there: stop it, or choose another --port\n`,
  );
});

test('without a token nobody gets in, but for health and the question whether there is an owner', async () => {
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const bare = async (path: string) => (await fetch(`${server.url}/api/v1${path}`)).status;
  expect({
    jobs: await bare('/jobs'),
    nodes: await bare('/nodes'),
    users: await bare('/users'),
    health: await bare('/health'),
    setup: await bare('/setup'),
  }).toEqual({ jobs: 401, nodes: 401, users: 401, health: 200, setup: 200 });
});

const lan = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

test.runIf(lan !== undefined)('others than this machine reach a server only when it has an owner', async () => {
  const data = await temporaryFolder();
  const server = await startServerProcess(data, ['--no-node', '--host', '0.0.0.0'], {}, { token: false });
  const { port } = new URL(server.url);
  const fromLan = () =>
    fetch(`http://${lan}:${port}/api/v1/health`).then(
      ({ status }) => status,
      () => 'refused',
    );
  expect(server.stderr()).toContain('only this machine can connect until it has an owner');
  expect(await fromLan()).toBe('refused');
  const token = await adminToken(data);
  await waitUntil('others can connect', async () => (await fromLan()) === 200);
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200);
  const live = io(`http://${lan}:${port}/live`, { auth: { token }, transports: ['websocket'] });
  onTestFinished(() => void live.disconnect());
  await waitUntil('the live line is open as well', () => live.connected);
});

test('roots limit what a job may read and write, also over links', async () => {
  const folder = await temporaryFolder();
  const [root, outside] = [join(folder, 'library'), join(folder, 'private')];
  await mkdir(root);
  await mkdir(outside);
  await writeFile(join(outside, 'film.mkv'), 'x');
  await writeFile(join(root, 'film.mkv'), 'y');
  await symlink(outside, join(root, 'link'));
  const server = await startServerProcess(join(folder, 'data'), ['--no-node', '--root', root]);
  const add = async (input: string, outputDir: string) => {
    const { status, body } = await server.ask('POST', '/jobs', { profile: 'draft', input, outputDir });
    return status === 201 ? 201 : problem.parse(body).error.code;
  };
  expect({
    outside: await add(join(outside, 'film.mkv'), join(root, 'out')),
    overLink: await add(join(root, 'link', 'film.mkv'), join(root, 'out')),
    climbing: await add(`${root}/../private/film.mkv`, join(root, 'out')),
    writingOutside: await add(join(root, 'film.mkv'), join(outside, 'out')),
    writingOverLink: await add(join(root, 'film.mkv'), join(root, 'link', 'out')),
    inside: await add(join(root, 'film.mkv'), join(root, 'out')),
  }).toEqual({
    outside: 'ENC-STO-002',
    overLink: 'ENC-STO-002',
    climbing: 'ENC-STO-002',
    writingOutside: 'ENC-STO-002',
    writingOverLink: 'ENC-STO-002',
    inside: 201,
  });
});
