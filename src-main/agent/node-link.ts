import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import {
  assignment,
  type Beat,
  beatAnswer,
  connectionRefused,
  endedAnswer,
  forget,
  type Hello,
  helloAnswer,
  type LeaseRef,
  leaseRef,
  nodeOrders,
  type NodeOrders,
  type NodeToServer,
  type ServerToNode,
  type TaskEnded,
} from '#shared/protocol/node.ts';
import { isOtherServer, type PinnedTls } from './pinned-server.ts';

/*
 * A node's line to its server. It comes back by itself; what has to arrive is sent until it is answered.
 */

export type LinkOptions = {
  /** Of the server, without a path. */
  url: string;
  /** What the server's own node is known by; others are by their certificate. */
  auth: Readonly<Record<string, string>>;
  /** Of a server that is not this machine's. */
  tls?: PinnedTls | undefined;
  /** Asked at each connection: what runs changes. */
  hello: () => Hello;
  clock: Clock;
  log: Logger;
};

export type LinkEvents = {
  onWelcome: (welcome: {
    heartbeatMs: number;
    progressMs: number;
    lost: readonly LeaseRef[];
    orders: NodeOrders;
  }) => void;
  onAssign: (raw: ReturnType<typeof assignment.parse>) => { accepted: boolean; reason: string | null };
  onStop: (lease: LeaseRef) => void;
  onForget: (message: ReturnType<typeof forget.parse>) => void;
  /** People have set something anew. */
  onOrders: (orders: NodeOrders) => void;
  /** People want it to begin anew. */
  onRestart: () => void;
  /** People want what failed its trial to be tried again. */
  onProve: () => void;
  /** The server won't have this node at all. */
  onRefused: (message: string) => void;
};

export type NodeLink = {
  isOpen: () => boolean;
  /** Null when the server did not answer: the next beat asks again. */
  beat: (message: Beat) => Promise<readonly LeaseRef[] | null>;
  /** Resolves when the server has written it down, or says that the lease is lost; never gives up before `close`. */
  ended: (message: TaskEnded) => Promise<'accepted' | 'lost' | 'closed'>;
  progress: (message: Parameters<NodeToServer['progress']>[0]) => void;
  /** What it can do, by the orders of the welcome, or changed since; told to nobody before the welcome. */
  offer: (message: NodeOffer) => void;
  close: () => void;
};

const answerWithinMs = 15_000;
const againAfterMs = 1_000;

/** Opens the line and keeps it open until `close`. */
export function openLink(options: LinkOptions, events: LinkEvents): NodeLink {
  const { clock, log } = options;
  const socket: Socket<ServerToNode, NodeToServer> = io(`${options.url}/nodes`, {
    ...options.tls,
    auth: options.auth,
    transports: ['websocket'],
    reconnectionDelay: 250,
    reconnectionDelayMax: 3_000,
  });
  const closing = new AbortController();
  const closed = new Promise<'closed'>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve('closed'), { once: true });
  });

  let isWelcome = false;
  socket.on('connect', () => {
    isWelcome = false;
    void greet();
  });
  const openAgain = (): void => {
    clock.after(againAfterMs, () => {
      if (!closing.signal.aborted) socket.connect();
    });
  };
  socket.on('connect_error', (error) => {
    log.debug({ error: error.message }, 'the server does not answer');
    if (isOtherServer(causeOf(error))) {
      socket.disconnect();
      events.onRefused(otherServer(options.url));
      return;
    }
    // While it is active, Socket.IO tries again by itself; it does not where the server itself said no.
    if (socket.active) return;
    const refusal = connectionRefused.safeParse('data' in error ? error.data : null);
    if (refusal.data?.isFinal === true) events.onRefused(error.message);
    else openAgain();
  });
  socket.on('disconnect', (reason) => {
    log.info({ reason }, 'the line to the server is down');
    if (reason === 'io server disconnect') openAgain();
  });
  socket.on('assign', (message, answer) => {
    const parsed = assignment.safeParse(message);
    if (parsed.success) answer(events.onAssign(parsed.data));
    else answer({ accepted: false, reason: `not understood: ${parsed.error.message.slice(0, 500)}` });
  });
  socket.on('stop', (message) => {
    const parsed = leaseRef.safeParse(message);
    if (parsed.success) events.onStop(parsed.data);
  });
  socket.on('forget', (message) => {
    const parsed = forget.safeParse(message);
    if (parsed.success) events.onForget(parsed.data);
  });
  socket.on('orders', (message) => {
    const parsed = nodeOrders.safeParse(message);
    if (parsed.success) events.onOrders(parsed.data);
    else log.warn({ error: parsed.error.message }, 'orders of the server were not understood');
  });
  socket.on('restart', () => events.onRestart());
  socket.on('prove', () => events.onProve());

  const greet = async (): Promise<void> => {
    try {
      const answer = helloAnswer.parse(await socket.timeout(answerWithinMs).emitWithAck('hello', options.hello()));
      isWelcome = answer.ok;
      if (answer.ok) events.onWelcome(answer);
      else events.onRefused(answer.message);
    } catch (error) {
      log.warn({ error: String(error) }, 'the server did not answer the greeting');
      // A half-open line: dropped, so that the next one begins with a greeting again.
      if (socket.connected) socket.disconnect().connect();
    }
  };

  const told = async (message: TaskEnded): Promise<'accepted' | 'lost' | 'closed'> => {
    while (!closing.signal.aborted) {
      try {
        const raw: unknown = await socket.timeout(answerWithinMs).emitWithAck('ended', message);
        const { state } = endedAnswer.parse(raw);
        if (state !== 'again') return state;
      } catch (error) {
        log.debug({ task: message.lease.taskId, error: String(error) }, 'the end of a task was not acknowledged');
      }
      await new Promise<void>((resolve) => {
        clock.after(againAfterMs, resolve);
      });
    }
    return 'closed';
  };

  return {
    isOpen: () => socket.connected,
    beat: async (message) => {
      if (!socket.connected) return null;
      try {
        return beatAnswer.parse(await socket.timeout(answerWithinMs).emitWithAck('beat', message)).lost;
      } catch {
        return null;
      }
    },
    ended: async (message) => Promise.race([closed, told(message)]),
    progress: (message) => {
      // Old news are no news: what can't be sent now is dropped.
      if (socket.connected) socket.volatile.emit('progress', message);
    },
    offer: (message) => {
      if (socket.connected && isWelcome) socket.emit('offer', message);
    },
    close: () => {
      closing.abort();
      socket.disconnect();
    },
  };
}

/** What Engine.IO puts around an error of the system or of TLS. */
const transportError = z.object({ description: z.object({ error: z.unknown() }) });

function causeOf(error: Error): unknown {
  return transportError.safeParse(error).data?.description.error ?? error;
}

function otherServer(url: string): string {
  return (
    `what answers at ${url} has another key than the server this node was paired with: ` +
    'if the server was set up anew, pair this node with it again'
  );
}
