import { expect, test } from 'vitest';
import { openIdentity } from '#main/platform/identity.ts';
import { foundIdOf } from '#shared/protocol/node-discovery.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { foundNodeList, type PairingView, pairingView } from '#shared/protocol/pairing.ts';
import { needsMulticast } from '../helpers/multicast.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWaitingNode, type WaitingNode } from '../helpers/waiting-node.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * A server and a node as people have them: two processes that know nothing of each other.
 */

const compared = /^Pairing with .+ \(127\.0\.0\.1\): (\d{3}) (\d{3})\. Confirm on the server if it shows the same\.$/;

async function begin(server: ServerProcess, wish: Record<string, string>): Promise<PairingView> {
  const { status, body } = await server.ask('POST', '/nodes/pairings', wish);
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return pairingView.parse(body);
}

/** As somebody does who looks at both screens. */
async function compareAndConfirm(
  server: ServerProcess,
  node: WaitingNode,
  { id, digits }: PairingView,
): Promise<string> {
  const [, first = '', second = ''] = await node.line(compared);
  expect(`${first}${second}`).toBe(digits);
  const { body } = await server.ask('POST', `/nodes/pairings/${id}/confirm`);
  const confirmed = pairingView.parse(body);
  expect(confirmed).toMatchObject({ state: 'paired', message: null });
  return confirmed.nodeId ?? '';
}

async function online(server: ServerProcess): Promise<string[]> {
  const { items } = nodeList.parse((await server.ask('GET', '/nodes')).body);
  return items.filter(({ state }) => state === 'online').map(({ id }) => id);
}

test('a node is found by mDNS, paired by its digits, works for the server, and comes back by itself', async (context) => {
  await needsMulticast(context);
  const [serverData, nodeData] = [await temporaryFolder(), await temporaryFolder()];
  const { keyHash } = await openIdentity(nodeData, 'Attic');
  const foundId = foundIdOf(keyHash);
  const server = await startServerProcess(serverData, ['--no-node'], { ENCREW_MDNS: 'on' });
  const node = startWaitingNode(nodeData, ['--name', 'Attic']);
  const found = async () => {
    const { items } = foundNodeList.parse((await server.ask('GET', '/nodes/found')).body);
    return items.find(({ id }) => id === foundId);
  };
  // On a busy machine a process takes its time to begin; what is measured here is how long it takes to be heard.
  await node.line(/^Encrew node Attic waits on port /);
  await waitUntil('the node is found', async () => (await found()) !== undefined);
  expect(await found()).toMatchObject({ name: 'Attic', paired: false, nodeId: null });
  const nodeId = await compareAndConfirm(server, node, await begin(server, { foundId }));
  await node.line(/^Paired with /);
  await waitUntil('the node is online', async () => (await online(server)).includes(nodeId), 60_000);
  await waitUntil('all others see that it is paired', async () => (await found())?.paired === true);
  expect(await found()).toMatchObject({ nodeId });

  const other = await server.ask('POST', '/nodes/pairings', { foundId });
  expect(other.body).toMatchObject({ error: { code: 'ENC-WRK-002' } });

  expect(await node.stop()).toBe(0);
  await waitUntil('its goodbye is heard', async () => (await found()) === undefined);
  const again = startWaitingNode(nodeData, ['--name', 'Attic']);
  await again.line(/^Encrew node Attic works for /);
  await waitUntil('the node is online again', async () => (await online(server)).includes(nodeId), 60_000);
}, 180_000);

test('a node is paired by its address; removed, it ends; unpaired, it is paired anew as the same', async () => {
  const nodeData = await temporaryFolder();
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const startNode = () => startWaitingNode(nodeData, ['--name', 'Cellar', '--no-mdns']);
  const address = async (node: WaitingNode) => {
    const [, port = ''] = await node.line(/^Encrew node Cellar waits on port (\d+) to be paired$/);
    return `127.0.0.1:${port}`;
  };
  const first = startNode();
  const nodeId = await compareAndConfirm(server, first, await begin(server, { address: await address(first) }));
  await waitUntil('the node is online', async () => (await online(server)).includes(nodeId), 60_000);

  expect((await server.ask('DELETE', `/nodes/${nodeId}`)).status).toBe(204);
  expect(await first.ended).toBe(1);
  expect(first.stderr()).toMatch(/^encrew: .*removed/m);

  const unpaired = startWaitingNode(nodeData, ['--unpair']);
  expect([await unpaired.ended, unpaired.lines]).toEqual([0, ['This node has no server any more']]);

  const second = startNode();
  expect(await compareAndConfirm(server, second, await begin(server, { address: await address(second) }))).toBe(nodeId);
  await waitUntil('the node is online anew', async () => (await online(server)).includes(nodeId), 60_000);
}, 180_000);
