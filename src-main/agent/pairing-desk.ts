import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { newNonce } from '#main/platform/join-proof.ts';
import { isPairingCommitment, pairingDigits } from '#main/platform/pairing-digits.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import type {
  PairingBegin,
  PairingBegun,
  PairingConfirm,
  PairingRefusal,
  PairingReveal,
} from '#shared/protocol/node-pairing.ts';

/*
 * The node's side of a pairing by six digits.
 *
 * Whom this protects from whom. A machine between server and node can't make both show the same digits (pairing-digits.ts), so
 * who compares them gives his films to no stranger, and no stranger gets to know them. The confirmation is given on the server
 * alone, though: a node that has no server yet works for the first one on its network that takes it. Somebody there who runs a
 * server of his own gains its computing time, and that it opens what he sends with FFmpeg, as every player does with a film.
 * He does not gain its files: names in his plans lead nowhere (src-shared/model/plain-names.ts), and a node reads a film in place
 * only when the server shows that it knows its content (source-in-sight.ts). The node says whom it works for, refuses every other
 * one until it is unpaired, and can be started for one server alone (`--server`), which closes this desk. Whoever floods it can
 * keep others from pairing for as long as he does; `--server` with a code is the way that is left then.
 */

/** Who asks: proven by TLS. */
export type PairingPeer = {
  keyHash: string;
  certificatePem: string;
  /** IP address, from which it was called. */
  address: string;
};

/** The server that the node belongs to from now on. */
export type AdoptingServer = PairingPeer & { name: string; port: number; nodeId: string };

/** For the node's own screen. */
export type PairingNews =
  | { kind: 'compare'; name: string; address: string; digits: string }
  | { kind: 'paired'; name: string; address: string }
  | { kind: 'ended'; name: string; because: 'expired' | 'cancelled' | 'cheat' };

export type PairingOutcome<T> = { ok: true; value: T } | { ok: false; because: PairingRefusal; message: string };

export type PairingDesk = {
  begin: (peer: PairingPeer, message: PairingBegin) => PairingOutcome<PairingBegun>;
  reveal: (peer: PairingPeer, message: PairingReveal) => PairingOutcome<null>;
  confirm: (peer: PairingPeer, message: PairingConfirm) => Promise<PairingOutcome<null>>;
  cancel: (peer: PairingPeer, pairingId: string) => void;
  /** Lets go of what was begun, without a word. */
  close: () => void;
};

export type PairingDeskOptions = {
  clock: Clock;
  /** Of this node's identity. */
  keyHash: string;
  node: { name: string; version: string; protocol: number };
  /** Why it can't be paired, in one sentence; null while it can. */
  closedBecause: () => string | null;
  tell: (news: PairingNews) => void;
  /** Remembers the server for good; what it throws is told to the server as a failure, and may be tried again. */
  adopt: (server: AdoptingServer) => Promise<void>;
};

type Pairing = {
  id: string;
  peer: PairingPeer;
  name: string;
  commitment: string;
  nodeNonce: string;
  /** `adopting` while it is being written down. */
  step: 'begun' | 'shown' | 'adopting';
  forgetLater: () => void;
};

/** Long enough to walk to the other machine, too short to be forgotten. */
export const pairingLastsMs = 120_000;
const attempts = { windowMs: 60_000, most: 5 };
const longestName = 60;

/** Opens the desk. */
export function pairingDesk(options: PairingDeskOptions): PairingDesk {
  const { clock, node, closedBecause, tell, adopt } = options;
  let current: Pairing | null = null;
  let done: { id: string; keyHash: string } | null = null;
  let begunAtMs: number[] = [];

  const end = (because: 'expired' | 'cancelled' | 'cheat'): void => {
    const ended = current;
    current = null;
    ended?.forgetLater();
    // Before it was shown nobody knows of it.
    if (ended !== null && (ended.step !== 'begun' || because === 'cheat')) {
      tell({ kind: 'ended', name: ended.name, because });
    }
  };

  const find = (peer: PairingPeer, id: string, step: Pairing['step']): Pairing | null =>
    current?.id === id && current.peer.keyHash === peer.keyHash && current.step === step ? current : null;

  return {
    begin: (peer, { serverName, commitment }) => {
      const closed = closedBecause();
      if (closed !== null) return refused('taken', closed);
      const nowMs = clock.monotonicMs();
      begunAtMs = begunAtMs.filter((atMs) => nowMs - atMs < attempts.windowMs);
      // Of everybody together: whoever guesses at digits has addresses and keys enough.
      if (begunAtMs.length >= attempts.most) {
        return refused('too-many', 'somebody tries to pair with this node again and again: wait a minute');
      }
      if (current !== null && (current.peer.keyHash !== peer.keyHash || current.step === 'adopting')) {
        return refused('busy', 'this node is being paired with another server right now: wait two minutes');
      }
      begunAtMs.push(nowMs);
      end('cancelled');
      const pairing: Pairing = {
        ...{ id: newId(), peer, commitment, nodeNonce: newNonce(), step: 'begun' },
        name: plainLine(serverName, longestName) || 'a server without a name',
        forgetLater: clock.after(pairingLastsMs, () => {
          // What the user has confirmed in time is not taken back while it is written down.
          if (current === pairing && pairing.step !== 'adopting') end('expired');
        }),
      };
      current = pairing;
      return { ok: true, value: { pairingId: pairing.id, nodeNonce: pairing.nodeNonce, ...node } };
    },

    reveal: (peer, { pairingId, serverNonce }) => {
      const pairing = find(peer, pairingId, 'begun');
      if (pairing === null) return over;
      const keys = { serverKeyHash: peer.keyHash, nodeKeyHash: options.keyHash };
      if (!isPairingCommitment(pairing.commitment, { ...keys, serverNonce })) {
        end('cheat');
        return refused('cheat', 'the server changed its mind about its nonce: this is no honest pairing');
      }
      pairing.step = 'shown';
      const digits = pairingDigits({ ...keys, serverNonce, nodeNonce: pairing.nodeNonce });
      tell({ kind: 'compare', name: pairing.name, address: peer.address, digits });
      return { ok: true, value: null };
    },

    confirm: async (peer, { pairingId, nodeId, port }) => {
      // Its answer may have been lost.
      if (done?.id === pairingId && done.keyHash === peer.keyHash) return { ok: true, value: null };
      const pairing = find(peer, pairingId, 'shown');
      if (pairing === null) return over;
      pairing.step = 'adopting';
      try {
        await adopt({ ...peer, name: pairing.name, port, nodeId });
      } catch (error) {
        pairing.step = 'shown';
        const why = error instanceof Error ? error.message : String(error);
        return refused('failed', `the node could not remember its server: ${plainLine(why, 200)}`);
      }
      pairing.forgetLater();
      current = null;
      done = { id: pairing.id, keyHash: peer.keyHash };
      tell({ kind: 'paired', name: pairing.name, address: peer.address });
      return { ok: true, value: null };
    },

    cancel: (peer, pairingId) => {
      if (find(peer, pairingId, 'begun') !== null || find(peer, pairingId, 'shown') !== null) end('cancelled');
    },

    close: () => {
      current?.forgetLater();
      current = null;
    },
  };
}

function refused(because: PairingRefusal, message: string): PairingOutcome<never> {
  return { ok: false, because, message };
}

const over = refused('over', 'this pairing is over: begin another');
