import { describe, expect, test } from 'vitest';
import { openIdentity } from '#main/platform/identity.ts';
import { foundIdOf } from '#shared/protocol/node-discovery.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { foundNodeList, pairingView } from '#shared/protocol/pairing.ts';
import { testLan, whyNoLan } from '../helpers/network-namespace.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWaitingNode } from '../helpers/waiting-node.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * Three machines that know nothing of each other but what they hear by multicast.
 */

async function nodesOf(server: ServerProcess): Promise<string[]> {
  const { items } = nodeList.parse((await server.ask('GET', '/nodes')).body);
  return items.map(({ id, state }) => `${id} ${state}`);
}

describe.skipIf(whyNoLan !== null)(`one network (${whyNoLan ?? 'of namespaces'})`, () => {
  const lan = testLan();

  test('with two servers: both find a node there, one is paired with it, and the other is told that it is taken', async () => {
    const start = async (name: string): Promise<ServerProcess> => {
      const machine = await lan().addMachine(name);
      const args = ['--no-node', '--host', '0.0.0.0'];
      return startServerProcess(await temporaryFolder(), args, { ENCREW_MDNS: 'on' }, { machine });
    };
    const nodeData = await temporaryFolder();
    const { wrap } = await lan().addMachine('attic');
    const [first, second] = await Promise.all([start('first'), start('second')]);
    const node = startWaitingNode(nodeData, ['--name', 'Attic'], { wrap });
    const foundId = foundIdOf((await openIdentity(nodeData, 'Attic')).keyHash);
    const foundBy = async (server: ServerProcess) => {
      const { items } = foundNodeList.parse((await server.ask('GET', '/nodes/found')).body);
      return items.map(({ id, name, paired, nodeId }) => ({ id, name, paired, nodeId }));
    };
    const free = [{ id: foundId, name: 'Attic', paired: false, nodeId: null }];
    for (const server of [first, second]) {
      await waitUntil('it is found', async () => (await foundBy(server)).length > 0, 60_000);
      expect(await foundBy(server)).toEqual(free);
    }

    const { body } = await first.ask('POST', '/nodes/pairings', { foundId });
    const { id, digits } = pairingView.parse(body);
    const [, left = '', right = ''] = await node.line(/^Pairing with .+: (\d{3}) (\d{3})\. Confirm/);
    expect(`${left}${right}`).toBe(digits);
    const { nodeId, state } = pairingView.parse((await first.ask('POST', `/nodes/pairings/${id}/confirm`)).body);
    expect(state).toBe('paired');
    await waitUntil('it works', async () => (await nodesOf(first)).includes(`${nodeId} online`), 60_000);
    await waitUntil('the other hears of it', async () => (await foundBy(second)).some(({ paired }) => paired));

    const taken = { id: foundId, name: 'Attic', paired: true };
    expect(await foundBy(first)).toEqual([{ ...taken, nodeId }]);
    expect(await foundBy(second)).toEqual([{ ...taken, nodeId: null }]);
    const refused = await second.ask('POST', '/nodes/pairings', { foundId });
    expect(refused.body).toMatchObject({ error: { code: 'ENC-WRK-002' } });
    expect([await nodesOf(first), await nodesOf(second)]).toEqual([[`${nodeId} online`], []]);
  }, 150_000);
});
