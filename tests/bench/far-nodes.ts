import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { pinnedTls } from '#main/agent/pinned-server.ts';
import { type Identity, openIdentity } from '#main/platform/identity.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { pairNode } from '#main/store/nodes.ts';
import { openStore } from '#main/store/open-store.ts';
import {
  type Assignment,
  helloAnswer,
  nodeProtocol,
  type NodeToServer,
  type ServerToNode,
} from '#shared/protocol/node.ts';
import { offer } from '#tests/helpers/node-offer.ts';

/*
 * Nodes that only talk: paired, over TLS, with slots and nothing behind them.
 */

export type PairedIdentity = { nodeId: string; identity: Identity };

export type FarNode = {
  nodeId: string;
  socket: Socket<ServerToNode, NodeToServer>;
  /** What it was given, in order. */
  assigned: Assignment[];
  /** The next task that it is given. */
  next(): Promise<Assignment>;
  close(): void;
};

/** Pairs so many nodes with the server of a data folder, which must not run yet. */
export async function pairFarNodes(dataDir: string, count: number): Promise<PairedIdentity[]> {
  const store = await openStore(dataDir);
  const paired: PairedIdentity[] = [];
  try {
    for (let i = 0; i < count; i += 1) {
      const folder = join(dataDir, 'bench-nodes', String(i));
      await makeFolders(folder);
      const identity = await openIdentity(folder, `node ${i}`);
      const { keyHash } = identity;
      const facts = { keyHash, name: `node ${i}`, version: '1.0.0', protocol: nodeProtocol };
      const nodeId = await store.db.transaction().execute((trx) => pairNode(trx, facts, Date.now()));
      paired.push({ nodeId, identity });
    }
    return paired;
  } finally {
    await store.close();
  }
}

/** Opens a node's line to a running server; resolves when it was greeted. It takes whatever it is given. */
export async function joinFarNode(
  server: { dataDir: string; url: string },
  { nodeId, identity }: PairedIdentity,
  cpuSlots: number,
): Promise<FarNode> {
  const known = await openIdentity(server.dataDir, 'bench');
  const url = server.url.replace('http:', 'https:');
  const paired = { url, serverKeyHash: known.keyHash, certificatePem: known.certificatePem, nodeId };
  const socket: FarNode['socket'] = io(`${url}/nodes`, {
    ...pinnedTls(identity, paired),
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
  });
  const assigned: Assignment[] = [];
  let given = (_task: Assignment): void => {};
  socket.on('assign', (task, answer) => {
    answer({ accepted: true, reason: null });
    assigned.push(task);
    given(task);
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  const slots = { cpu: cpuSlots, io: 0, 'gpu-encode': 0, 'gpu-scale': 0 };
  const hello = { protocol: nodeProtocol, nodeId, name: nodeId, version: '1.0.0', running: [] };
  const offered = { ...offer, packages: false, slots };
  const answer = helloAnswer.parse(await socket.timeout(30_000).emitWithAck('hello', { ...hello, offer: offered }));
  if (!answer.ok) throw new Error(answer.message);
  socket.emit('offer', offered);
  return {
    nodeId,
    socket,
    assigned,
    next: () =>
      new Promise((resolve) => {
        given = resolve;
      }),
    close: () => void socket.disconnect(),
  };
}
