import type { Kysely } from 'kysely';
import type { NodeBrowser } from '#main/fleet/browse.ts';
import { readNodeAddress } from '#main/fleet/node-address.ts';
import type { BegunPairing, Pairing, Pairings, PairingTarget } from '#main/fleet/pairing.ts';
import { instant } from '#main/queue/job-view.ts';
import type { Database } from '#main/store/schema.ts';
import { foundIdOf } from '#shared/protocol/node-discovery.ts';
import {
  foundNodeList,
  type FoundNodeView,
  newPairing,
  pairingParams,
  type PairingView,
  pairingView,
} from '#shared/protocol/pairing.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { RequestRefused, type Route, route } from '../route.ts';

export type PairingRouteDeps = {
  db: Kysely<Database>;
  /** Null where the owner does not want nodes to be searched for. */
  browser: () => NodeBrowser | null;
  pairings: Pairings;
};

/** Of a machine that was found in several networks. */
const mostAddresses = 3;

/** Nodes of the network, and pairing with them. They stand before the routes of one node. */
export function pairingRoutes({ db, browser, pairings }: PairingRouteDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/nodes/found',
      tag: 'nodes',
      summary: 'Nodes that say by mDNS that they are there, also those that are paired',
      role: 'admin',
      answer: foundNodeList,
      handle: async () => {
        const searching = browser();
        searching?.refresh();
        const own = await ownByFoundId(db);
        const items = (searching?.found() ?? []).map(
          ({ lastSeenAtMs, ...node }): FoundNodeView => ({
            ...node,
            nodeId: own.get(node.id) ?? null,
            lastSeenAt: instant(lastSeenAtMs),
          }),
        );
        return { body: { items, isSearching: searching !== null } };
      },
    }),
    route({
      method: 'post',
      path: '/nodes/pairings',
      tag: 'nodes',
      summary: 'Begins to pair with a node: it shows six digits, which have to be those of the answer',
      role: 'admin',
      body: newPairing,
      answer: pairingView,
      status: 201,
      problems: ['ENC-WRK-001', 'ENC-WRK-002', 'ENC-WRK-003', 'ENC-WRK-004', 'ENC-SYS-008'],
      handle: async ({ body }) => {
        const targets = 'foundId' in body ? foundTargets(browser(), body.foundId) : [typedTarget(body.address)];
        return { body: viewOf(demandBegun(await beginAt(pairings, targets))) };
      },
    }),
    route({
      method: 'get',
      path: '/nodes/pairings/{id}',
      tag: 'nodes',
      summary: 'What became of a pairing; it is known for ten minutes',
      role: 'admin',
      params: pairingParams,
      answer: pairingView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id } }) => ({ body: viewOf(demandPairing(pairings.find(id), id)) }),
    }),
    route({
      method: 'post',
      path: '/nodes/pairings/{id}/confirm',
      tag: 'nodes',
      summary: 'Says that node and server show the same digits: from now on they belong together',
      role: 'admin',
      params: pairingParams,
      answer: pairingView,
      problems: ['ENC-SYS-006', 'ENC-SYS-008'],
      handle: async ({ params: { id } }) => {
        const before = demandPairing(pairings.find(id), id);
        const confirmed = await pairings.confirm(id);
        if (confirmed !== null) return { body: viewOf(confirmed) };
        throw new RequestRefused('ENC-SYS-008', `This pairing is ${before.state}: there is nothing to confirm.`);
      },
    }),
    route({
      method: 'delete',
      path: '/nodes/pairings/{id}',
      tag: 'nodes',
      summary: 'Calls a pairing off, on the node too; one that is over stays as it is',
      role: 'admin',
      params: pairingParams,
      answer: pairingView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id } }) => ({ body: viewOf(demandPairing(await pairings.cancel(id), id)) }),
    }),
  ];
}

/** What this server calls its nodes, by the ids under which they are found. */
async function ownByFoundId(db: Kysely<Database>): Promise<Map<string, string>> {
  const nodes = await db.selectFrom('node').select(['id', 'keyHash']).where('revokedAtMs', 'is', null).execute();
  return new Map(nodes.flatMap(({ id, keyHash }) => (keyHash === null ? [] : [[foundIdOf(keyHash), id]])));
}

function foundTargets(browser: NodeBrowser | null, foundId: string): PairingTarget[] {
  const node = browser?.found().find(({ id }) => id === foundId);
  if (node === undefined) {
    throw new RequestRefused(
      'ENC-WRK-001',
      'That node is no longer heard on the network: search again, or type its address.',
    );
  }
  return node.addresses.slice(0, mostAddresses).map((host) => ({ at: { host, port: node.port }, foundId }));
}

function typedTarget(text: string): PairingTarget {
  const at = readNodeAddress(text);
  if (at !== null) return { at, foundId: null };
  const message = 'must be a name or an IP address, and maybe a port: attic, 192.168.1.20:9627, [fd00::2]:9626';
  throw new RequestRefused('ENC-SYS-007', { faults: [{ path: 'body.address', message }] });
}

/** At the first address where anybody answers. */
async function beginAt(pairings: Pairings, [first, ...others]: readonly PairingTarget[]): Promise<BegunPairing> {
  if (first === undefined) throw new RequestRefused('ENC-WRK-001', 'That node has no address.');
  const begun = await pairings.begin(first);
  return !begun.ok && begun.because === 'unreachable' && others.length > 0 ? beginAt(pairings, others) : begun;
}

function demandBegun(begun: BegunPairing): Pairing {
  if (begun.ok) return begun.pairing;
  throw new RequestRefused(
    problemOf[begun.because],
    `${begun.message.charAt(0).toUpperCase()}${begun.message.slice(1)}.`,
  );
}

const problemOf: Record<Extract<BegunPairing, { ok: false }>['because'], ProblemCode> = {
  unreachable: 'ENC-WRK-003',
  taken: 'ENC-WRK-002',
  busy: 'ENC-WRK-002',
  'too-many': 'ENC-SYS-005',
  protocol: 'ENC-SYS-008',
  over: 'ENC-WRK-004',
  cheat: 'ENC-WRK-004',
  failed: 'ENC-WRK-004',
  'not-understood': 'ENC-WRK-004',
};

function demandPairing(pairing: Pairing | null, id: string): Pairing {
  if (pairing !== null) return pairing;
  throw new RequestRefused('ENC-SYS-006', `There is no pairing ${id}, any more: begin another.`);
}

function viewOf({ startedAtMs, expiresAtMs, ...pairing }: Pairing): PairingView {
  return { ...pairing, startedAt: instant(startedAtMs), expiresAt: instant(expiresAtMs) };
}
