import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeInvite, nodeList } from '#shared/protocol/nodes.ts';
import { knowMachine } from '../helpers/known-machine.ts';
import { inviteFor, type NodeProcess, startNodeProcess } from '../helpers/node-process.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

async function nodes(server: ServerProcess) {
  const { items } = nodeList.parse((await server.ask('GET', '/nodes')).body);
  return items.map(({ id, name, state }) => ({ id, name, state }));
}

async function codeOf(server: ServerProcess): Promise<string> {
  return nodeInvite.parse((await server.ask('POST', '/nodes/invites')).body).code;
}

/** A node that has joined by a new code, and its data folder. */
async function joinedNode(
  server: ServerProcess,
  code?: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ node: NodeProcess; data: string; id: string }> {
  const data = join(await temporaryFolder(), 'node');
  const args = ['--name', 'attic', '--server', server.url, '--code', code ?? (await codeOf(server))];
  await knowMachine(data);
  const node = startNodeProcess(data, args, { environment });
  await node.joined();
  return { node, data, id: (await nodes(server))[0]?.id ?? '' };
}

test('a node joins by a code, is away when it is stopped, and comes back without one', async () => {
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const { node, data, id } = await joinedNode(server, await inviteFor(server.dataDir));
  expect(await nodes(server)).toEqual([{ id, name: 'attic', state: 'online' }]);
  expect(await node.stop()).toBe(0);
  expect(node.stdout()).toBe(`Encrew node attic works for ${server.url}\n`);
  await waitUntil('it is away', async () => (await nodes(server))[0]?.state === 'offline');
  const again = startNodeProcess(data, ['--name', 'attic']);
  await again.joined();
  expect(await nodes(server)).toEqual([{ id, name: 'attic', state: 'online' }]);
});

test('a node waits for a server that is away for as long as it takes', async () => {
  const serverData = await temporaryFolder();
  const first = await startServerProcess(serverData, ['--no-node']);
  const { node, id } = await joinedNode(first);
  const { port } = new URL(first.url);
  await first.kill();
  const server = await startServerProcess(serverData, ['--no-node', '--port', port]);
  await waitUntil('the node is back', async () => (await nodes(server))[0]?.state === 'online');
  expect(await nodes(server)).toEqual([{ id, name: 'attic', state: 'online' }]);
  expect(await node.stop()).toBe(0);
});

test('a removed node is cut off at once, is told why, and joins again by a new code as itself', async () => {
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const { node, data, id } = await joinedNode(server);
  expect((await server.ask('DELETE', `/nodes/${id}`)).status).toBe(204);
  expect(await nodes(server)).toEqual([]);
  expect(await node.ended).toBe(1);
  const why = 'encrew: this node was removed from the server: pair them again, with a code of encrew invite';
  expect(node.complaints()).toEqual([why]);
  const uninvited = startNodeProcess(data);
  expect([await uninvited.ended, uninvited.complaints()]).toEqual([1, [why]]);
  const code = await codeOf(server);
  await startNodeProcess(data, ['--name', 'attic', '--server', server.url, '--code', code]).joined();
  expect(await nodes(server)).toEqual([{ id, name: 'attic', state: 'online' }]);
});

test('another server at the same address is refused in one line', async () => {
  const first = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const { node } = await joinedNode(first);
  const { port, host } = new URL(first.url);
  await first.stop();
  await startServerProcess(await temporaryFolder(), ['--no-node', '--port', port]);
  expect(await node.ended).toBe(1);
  expect(node.complaints()).toEqual([
    `encrew: what answers at https://${host} has another key than the server this node was paired with: ` +
      'if the server was set up anew, pair this node with it again',
  ]);
});

test('people rename and limit a node, and let it begin anew, with the FFmpeg that is there by then', async () => {
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const programs = await anFfmpegOf('7.1-old');
  const { node, id } = await joinedNode(server, undefined, { ENCREW_FFMPEG: join(programs, 'ffmpeg') });
  const set = { givenName: 'Upstairs', limits: { slots: { cpu: 0 } } };
  expect((await server.ask('PATCH', `/nodes/${id}`, set)).status).toBe(200);
  await waitUntil('the node obeys', async () => {
    const { items } = nodeList.parse((await server.ask('GET', '/nodes')).body);
    return items[0]?.name === 'Upstairs' && items[0].offer?.slots.cpu === 0;
  });
  expect(await ffmpegVersions(server)).toEqual(['7.1-old']);
  await anFfmpegOf('7.2-new', programs);
  expect((await server.ask('POST', `/nodes/${id}/restart`)).status).toBe(202);
  await node.joined(2);
  expect(await nodes(server)).toEqual([{ id, name: 'Upstairs', state: 'online' }]);
  expect(await ffmpegVersions(server)).toEqual(['7.2-new']);
});

async function ffmpegVersions(server: ServerProcess) {
  const { items } = nodeList.parse((await server.ask('GET', '/nodes')).body);
  return items.map(({ offer }) => offer?.ffmpegVersion);
}

/** The FFmpeg of PATH, but for the version that it names: a folder with its two programs. */
async function anFfmpegOf(version: string, folder?: string): Promise<string> {
  const programs = folder ?? join(await temporaryFolder(), 'programs');
  await mkdir(programs, { recursive: true });
  for (const name of ['ffmpeg', 'ffprobe']) {
    const named = `[ "$1" = -version ] && exec sh -c '${name} -version | sed "1s/version [^ ]*/version ${version}/"'`;
    await writeFile(join(programs, name), `#!/bin/sh\n${named}\nexec ${name} "$@"\n`);
    await chmod(join(programs, name), 0o755);
  }
  return programs;
}
