import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import { newId } from '#main/platform/ids.ts';
import { newNonce } from '#main/platform/join-proof.ts';
import type { Logger } from '#main/platform/logger.ts';
import { isLoopback } from '#main/platform/loopback.ts';
import { pairingCommitment, pairingDigits } from '#main/platform/pairing-digits.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { foundIdOf } from '#shared/protocol/node-discovery.ts';
import { pairingBegun, pairingPath, type PairingRefusal } from '#shared/protocol/node-pairing.ts';
import { protocolFault } from './greet-node.ts';
import { callNode, type CallOutcome, type NodeAddress, type NodePeer } from './pairing-call.ts';

/*
 * The server's side of pairings by six digits: agent/pairing-desk.ts says whom they protect from whom.
 */

export type PairingState = 'comparing' | 'confirming' | 'paired' | 'failed' | 'expired' | 'cancelled';

export type Pairing = {
  id: string;
  state: PairingState;
  /** Six of them; to be compared with the node's. */
  digits: string;
  node: { name: string; version: string; protocol: number; address: string; keyHash: string };
  /** What the server calls the node; null until it is paired. */
  nodeId: string | null;
  /** Why it failed, in one sentence with what to do; null while it has not. */
  message: string | null;
  startedAtMs: number;
  expiresAtMs: number;
};

export type PairingTarget = {
  at: NodeAddress;
  /** Whom to expect there; null takes anybody. */
  foundId: string | null;
};

export type BegunPairing =
  | { ok: true; pairing: Pairing }
  | { ok: false; because: PairingRefusal | 'unreachable' | 'protocol'; message: string };

/** The node as it is now remembered. `undo` is for one that turns out not to know of it. */
export type RememberedNode = { nodeId: string; undo: () => Promise<void> };

export type PairingsOptions = {
  clock: Clock;
  log: Logger;
  identity: Identity;
  serverName: string;
  /** Where nodes are to call home. */
  home: () => { port: number; onlyLoopback: boolean };
  /** This machine's, as they are now. */
  ownAddresses: () => readonly string[];
  remember: (node: Pick<Pairing['node'], 'name' | 'version' | 'protocol' | 'keyHash'>) => Promise<RememberedNode>;
};

export type Pairings = {
  /** Asks the node, and answers the digits. */
  begin: (target: PairingTarget) => Promise<BegunPairing>;
  find: (id: string) => Pairing | null;
  /** Somebody saw the same digits on both. Null where that was not being asked; answers how it ended. */
  confirm: (id: string) => Promise<Pairing | null>;
  /** Null where there is no such pairing; one that is over stays as it is. */
  cancel: (id: string) => Promise<Pairing | null>;
  close: () => void;
};

/** Less than the node's two minutes, so that what can be confirmed here is not over there. */
const lastsMs = 110_000;
const callMs = 5_000;
const confirmTries = 3;
const mostOpen = 5;
/** How long it can be asked what became of one. */
const keptMs = 10 * 60_000;

type Open = { pairing: Pairing; at: NodeAddress; remoteId: string; cancelExpiry: () => void };

/** None at first. */
export function pairings(options: PairingsOptions): Pairings {
  const { clock, log, identity, home, remember } = options;
  const known = new Map<string, Open>();
  let beginning = 0;

  /** To the very node that was met first, wherever an address may lead by now. */
  const call = async (
    to: NodeAddress,
    path: string,
    bodyFor: (peer: NodePeer) => object | string,
  ): Promise<CallOutcome> => {
    const late = new AbortController();
    const inTime = clock.after(callMs, () => late.abort());
    const outcome = await callNode({ to, path, identity, bodyFor, signal: late.signal });
    inTime();
    return outcome;
  };
  const callAgain = (one: Omit<Open, 'cancelExpiry'>, path: string, body: object): Promise<CallOutcome> =>
    call(one.at, path, ({ keyHash }) =>
      keyHash === one.pairing.node.keyHash ? { ...body, pairingId: one.remoteId } : 'another machine answers there now',
    );

  const forgetOld = (): void => {
    for (const [id, { pairing }] of known) if (clock.nowMs() - pairing.startedAtMs > keptMs) known.delete(id);
  };

  const meet = async ({ at: wanted, foundId }: PairingTarget): Promise<BegunPairing> => {
    // A node beside the server is found at the machine's address in the network; one that only listens here has to call it here.
    const isHere = home().onlyLoopback && options.ownAddresses().includes(wanted.host);
    const at = { ...wanted, host: isHere ? '127.0.0.1' : wanted.host };
    const serverNonce = newNonce();
    const serverKeyHash = identity.keyHash;
    const met = await call(at, pairingPath.begin, (peer) => {
      const fault = meetFault(peer, foundId);
      if (fault !== null) return fault;
      const commitment = pairingCommitment({ serverNonce, serverKeyHash, nodeKeyHash: peer.keyHash });
      return { serverName: options.serverName, commitment };
    });
    if (!met.ok) return { ...met, because: met.kind === 'refused' ? met.because : 'unreachable' };
    const said = pairingBegun.safeParse(met.answer);
    if (!said.success) return { ok: false, because: 'unreachable', message: 'what answers there is no node' };
    const { pairingId: remoteId, nodeNonce, protocol } = said.data;
    const { keyHash, address } = met.peer;
    const startedAtMs = clock.nowMs();
    const pairing: Pairing = {
      ...{ id: newId(), state: 'comparing', nodeId: null, message: null },
      ...{ startedAtMs, expiresAtMs: startedAtMs + lastsMs },
      digits: pairingDigits({ serverKeyHash, nodeKeyHash: keyHash, serverNonce, nodeNonce }),
      node: {
        ...{ protocol, address, keyHash },
        name: plainLine(said.data.name, 100) || 'node',
        version: plainLine(said.data.version, 50),
      },
    };
    // The address, not the name that led there: a name may lead elsewhere a moment later.
    const one = { pairing, at: { host: address, port: at.port }, remoteId };
    const fault = protocolFault(protocol);
    if (fault !== null) {
      await callAgain(one, pairingPath.cancel, {});
      return { ok: false, because: 'protocol', message: fault };
    }
    const shown = await callAgain(one, pairingPath.reveal, { serverNonce });
    if (!shown.ok) return { ...shown, because: shown.kind === 'refused' ? shown.because : 'unreachable' };
    const cancelExpiry = clock.after(lastsMs, () => {
      if (pairing.state === 'comparing') pairing.state = 'expired';
    });
    known.set(pairing.id, { ...one, cancelExpiry });
    return { ok: true, pairing: { ...pairing } };
  };

  const meetFault = ({ keyHash, address }: NodePeer, foundId: string | null): string | null => {
    if (keyHash === identity.keyHash) return 'that is this server itself';
    if (foundId !== null && foundIdOf(keyHash) !== foundId) {
      return 'another machine answers there than the one that was found: search again';
    }
    if (!home().onlyLoopback || isLoopback(address)) return null;
    return 'this server listens to its own machine only, where no node of another one can reach it: start it with --host 0.0.0.0';
  };

  const settle = async (one: Open): Promise<void> => {
    const { pairing } = one;
    const { name, version, protocol, keyHash } = pairing.node;
    const remembered = await remember({ name, version, protocol, keyHash });
    const body = { nodeId: remembered.nodeId, port: home().port };
    let outcome = await callAgain(one, pairingPath.confirm, body);
    for (let tries = 1; !outcome.ok && outcome.kind === 'unreachable' && tries < confirmTries; tries += 1) {
      outcome = await callAgain(one, pairingPath.confirm, body);
    }
    if (outcome.ok) {
      pairing.state = 'paired';
      pairing.nodeId = remembered.nodeId;
      log.info({ node: remembered.nodeId, name, address: pairing.node.address }, 'a node was paired');
      return;
    }
    pairing.state = 'failed';
    // Whether it heard is not known: it stays remembered, since it may come.
    const unclear = `the node no longer answers (${outcome.message}): if it does not come online, unpair it there and pair again`;
    pairing.message = outcome.kind === 'refused' ? outcome.message : unclear;
    if (outcome.kind === 'refused') await remembered.undo();
  };

  return {
    begin: async (target) => {
      forgetOld();
      const open = [...known.values()].filter(({ pairing }) => pairing.state === 'comparing').length;
      if (open + beginning >= mostOpen) {
        return { ok: false, because: 'too-many', message: 'there are too many pairings at once: finish or cancel one' };
      }
      beginning += 1;
      try {
        return await meet(target);
      } finally {
        beginning -= 1;
      }
    },
    find: (id) => {
      forgetOld();
      const one = known.get(id);
      return one === undefined ? null : { ...one.pairing };
    },
    confirm: async (id) => {
      const one = known.get(id);
      if (one?.pairing.state !== 'comparing') return null;
      one.pairing.state = 'confirming';
      one.cancelExpiry();
      try {
        await settle(one);
      } catch (error) {
        one.pairing.state = 'failed';
        one.pairing.message = 'the server could not remember the node: try again';
        throw error;
      }
      return { ...one.pairing };
    },
    cancel: async (id) => {
      const one = known.get(id);
      if (one === undefined) return null;
      if (one.pairing.state === 'comparing') {
        one.pairing.state = 'cancelled';
        one.cancelExpiry();
        await callAgain(one, pairingPath.cancel, {});
      }
      return { ...one.pairing };
    },
    close: () => {
      for (const { cancelExpiry } of known.values()) cancelExpiry();
      known.clear();
    },
  };
}
