import { onTestFinished } from 'vitest';
import { type AdoptingServer, pairingDesk, type PairingNews } from '#main/agent/pairing-desk.ts';
import { openPairingDoor } from '#main/agent/pairing-door.ts';
import { callNode, type NodeAddress } from '#main/fleet/pairing-call.ts';
import { pairings, type PairingsOptions } from '#main/fleet/pairing.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { type Identity, openIdentity } from '#main/platform/identity.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { nodeProtocol } from '#shared/protocol/node.ts';
import { pairingPath } from '#shared/protocol/node-pairing.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A new installation's. */
export async function anIdentity(name: string): Promise<Identity> {
  return openIdentity(await temporaryFolder(), name);
}

export type PairingNode = {
  identity: Identity;
  at: NodeAddress;
  /** What it told its owner. */
  news: PairingNews[];
  /** Whom it works for. */
  servers: AdoptingServer[];
  close: () => Promise<void>;
};

export type PairingNodeOptions = {
  clock?: Clock;
  protocol?: number;
  closedBecause?: () => string | null;
  adopt?: (server: AdoptingServer) => Promise<void>;
  identity?: Identity;
  /** Of loopback when left out. */
  host?: string;
  port?: number;
};

/** A node's real door on loopback; it takes one server. Ends with the test. */
export async function aPairingNode(options: PairingNodeOptions = {}): Promise<PairingNode> {
  const { clock = systemClock, protocol = nodeProtocol, host = '127.0.0.1', port = 0 } = options;
  const identity = options.identity ?? (await anIdentity('Attic'));
  const news: PairingNews[] = [];
  const servers: AdoptingServer[] = [];
  const hasServer = (): string | null => (servers.length > 0 ? 'this node has a server: unpair it first' : null);
  const desk = pairingDesk({
    ...{ clock, keyHash: identity.keyHash, node: { name: 'Attic', version: '0.1.0', protocol } },
    closedBecause: options.closedBecause ?? hasServer,
    tell: (one) => news.push(one),
    adopt: async (server) => {
      await options.adopt?.(server);
      servers.push(server);
    },
  });
  const door = await openPairingDoor({
    ...{ port, host, identity, desk },
    health: () => ({
      ...{ status: 'ok', id: identity.keyHash.slice(0, 32), version: '0.1.0', protocol },
      paired: servers.length > 0,
    }),
  });
  onTestFinished(() => door.close());
  return { identity, at: { host, port: door.port }, news, servers, close: door.close };
}

/** The server's side, which remembers nodes by their key; ends with the test. */
export async function aPairingServer(change: Partial<PairingsOptions> = {}) {
  const identity = change.identity ?? (await anIdentity('Cellar'));
  const remembered: string[] = [];
  const desk = pairings({
    ...{ clock: systemClock, log: silentLogger, identity, serverName: 'Cellar' },
    home: () => ({ port: 7420, onlyLoopback: true }),
    ownAddresses: () => [],
    remember: async ({ keyHash }) => {
      remembered.push(keyHash);
      return {
        nodeId: `node-${remembered.length}`,
        undo: async () => {
          remembered.splice(remembered.indexOf(keyHash), 1);
        },
      };
    },
    ...change,
  });
  onTestFinished(() => desk.close());
  return { ...desk, identity, remembered };
}

/** One message to a node, in whatever order and with whatever is in it: its answer, or why it refused. */
export async function tellNode(identity: Identity, at: NodeAddress, step: keyof typeof pairingPath, body: object) {
  const outcome = await callNode({
    ...{ to: at, path: pairingPath[step], identity, bodyFor: () => body },
    signal: AbortSignal.timeout(5_000),
  });
  if (outcome.ok) return outcome.answer;
  return outcome.kind === 'refused' ? outcome.because : outcome.message;
}
