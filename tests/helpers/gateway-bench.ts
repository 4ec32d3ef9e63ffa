import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io as connectTo, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Hands, TaskTools } from '#main/agent/hands.ts';
import { type NodeOptions, type RunningNode, startNode } from '#main/agent/node.ts';
import { type Crew, newCrew, takeBack } from '#main/fleet/crew.ts';
import { dispatch } from '#main/fleet/dispatch.ts';
import { openGateway } from '#main/fleet/node-gateway.ts';
import { type ProgressBook, progressBook } from '#main/fleet/progress-book.ts';
import { taskEnded } from '#main/fleet/task-ended.ts';
import { diskLooker } from '#main/queue/offline-place.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import type {
  Assignment,
  Forget,
  Hello,
  HelloAnswer,
  LeaseRef,
  NodeToServer,
  ServerToNode,
  TaskEnding,
} from '#shared/protocol/node.ts';
import { aQueue, type TestQueue } from './a-queue.ts';
import { offer } from './node-offer.ts';
import { waitUntil } from './wait-until.ts';

export const done = { kind: 'done' as const, findings: [], output: null, pace: null };

/** A task that a scripted node was given. */
export type GivenTask = { assignment: Assignment; tools: TaskTools; end: (ending: TaskEnding) => void };

export type ScriptedNode = RunningNode & {
  /** Each time that it was begun, in order. */
  begun: GivenTask[];
  forgotten: Forget[];
  /** What it offers from now on. */
  changeOffer(offer: NodeOffer): void;
  /** What giving a folder up throws from now on. */
  failForget(error: Error): void;
  /** The next task throws this. */
  failNext(error: Error): void;
};

/** A line that says only what the test says. */
export type RawNode = {
  socket: Socket<ServerToNode, NodeToServer>;
  hello(set?: Partial<Hello>): Promise<HelloAnswer>;
  assigned: Assignment[];
  stopped: LeaseRef[];
  /** How it answers an assignment from now on; null leaves it without an answer. */
  answer(reply: { accepted: boolean; reason: string | null } | null): void;
  /** Waits until the server has heard all that was said so far, as what it answers to assignments: before that, time must not pass. */
  heard(): Promise<void>;
  /** Whatever event with whatever words. */
  say(event: string, ...words: unknown[]): void;
};

export type GatewayBench = {
  queue: TestQueue;
  crew: Crew;
  book: ProgressBook;
  port: number;
  url: string;
  /** Gives what can be given. */
  dispatch(): Promise<number>;
  /** A node with scripted hands; `local` has the server's secret. */
  node(set?: Partial<Pick<NodeOptions, 'url' | 'nodeId' | 'auth' | 'onProve'> & { offer: NodeOffer }>): ScriptedNode;
  /** `nodeId` is what it is let in as. */
  raw(nodeId?: string): RawNode;
  /** The next admissions throw this; null lets nodes in again. */
  failAdmit(error: Error | null): void;
  /** Writing an ending throws this from now on; null writes it again. */
  failEnding(error: Error | null): void;
  /** The server ends every line. */
  kick(): void;
  /** Leases whose end was told, in order. */
  endings: Lease[];
  pokes(): number;
  /** How often a node asked to be let in. */
  admissions(): number;
};

/** A real gateway over a real queue and real sockets; what waits, waits for the queue's clock. Ends with the test. */
export async function gatewayBench(): Promise<GatewayBench> {
  const queue = await aQueue();
  const { clock } = queue;
  const crew = newCrew();
  const book = progressBook(queue);
  const http = createServer();
  const io = new Server(http, { serveClient: false });
  const endings: Lease[] = [];
  let pokes = 0;
  let admissions = 0;
  let admitFault: Error | null = null;
  let endingFault: Error | null = null;
  queue.revoked = (leases) => {
    queue.taken.push(...leases);
    takeBack(crew, leases);
  };
  openGateway(io, {
    ...{ queue, crew, book, log: silentLogger, heartbeatMs: 5_000, leaseMs: 30_000, progressMs: 1_000 },
    admit: async ({ auth }) => {
      admissions += 1;
      if (admitFault !== null) throw admitFault;
      const known = z.object({ id: z.string() }).safeParse(auth);
      if (!known.success) return { ok: false, message: 'this node is not known here' };
      return { ok: true, nodeId: known.data.id, isLocal: known.data.id === 'local' };
    },
    ended: async (lease, ending) => {
      endings.push(lease);
      if (endingFault !== null) throw endingFault;
      return taskEnded(
        {
          ...{ queue, crew, log: silentLogger, fewerFor: () => {}, waitsForRoom: true },
          chooseSoftware: async () => ({ ok: false, message: 'none is left' }),
        },
        lease,
        ending,
      );
    },
    poke: () => {
      pokes += 1;
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port');
  const url = `http://127.0.0.1:${address.port}`;
  onTestFinished(async () => {
    await io.close();
  });

  return {
    ...{ queue, crew, book, url, endings, port: address.port },
    dispatch: () => dispatch({ queue, crew, log: silentLogger, leaseMs: 30_000, lookForDisks: diskLooker(clock) }),
    node: (set = {}) => {
      const begun: GivenTask[] = [];
      const forgotten: Forget[] = [];
      let forgetFault: Error | null = null;
      let fault: Error | null = null;
      const hands: Hands = {
        execute: (assignment, tools) =>
          new Promise((resolve, reject) => {
            if (fault !== null) reject(fault);
            fault = null;
            begun.push({ assignment, tools, end: resolve });
            tools.signal.addEventListener('abort', () =>
              resolve({ kind: 'released', message: 'stopped as asked', delayMs: 0 }),
            );
          }),
        forget: async (message) => {
          forgotten.push(message);
          if (forgetFault !== null) throw forgetFault;
        },
        close: async () => {},
      };
      const nodeId = set.nodeId ?? 'local';
      const auth = { id: nodeId };
      let offered = set.offer ?? offer;
      const plain = { url, nodeId, auth, name: nodeId, version: '1.0.0', clock, log: silentLogger };
      const node = startNode({ ...plain, hands, ...set, offer: () => offered });
      onTestFinished(() => node.stop());
      return {
        ...node,
        ...{ begun, forgotten },
        changeOffer: (next) => {
          offered = next;
          node.offerChanged();
        },
        failForget: (error) => {
          forgetFault = error;
        },
        failNext: (error) => {
          fault = error;
        },
      };
    },
    raw: (nodeId = 'local') => {
      const socket: RawNode['socket'] = connectTo(`${url}/nodes`, {
        auth: { id: nodeId },
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      });
      onTestFinished(() => void socket.disconnect());
      const untyped: Socket = socket;
      const assigned: Assignment[] = [];
      const stopped: LeaseRef[] = [];
      let reply: Parameters<RawNode['answer']>[0] = { accepted: true, reason: null };
      socket.on('assign', (message, answer) => {
        assigned.push(message);
        if (reply !== null) answer(reply);
      });
      socket.on('stop', (lease) => stopped.push(lease));
      return {
        ...{ socket, assigned, stopped },
        hello: async (message = {}) => {
          const hello = { protocol: 1, nodeId, name: nodeId, version: '1.0.0', offer, running: [], ...message };
          const answer = await socket.timeout(5_000).emitWithAck('hello', hello);
          if (answer.ok) await socket.emit('offer', hello.offer).timeout(5_000).emitWithAck('beat', { running: [] });
          return answer;
        },
        answer: (next) => {
          reply = next;
        },
        heard: async () => void (await socket.timeout(5_000).emitWithAck('beat', { running: [] })),
        say: (event, ...words) => untyped.emit(event, ...words),
      };
    },
    failAdmit: (error) => {
      admitFault = error;
    },
    failEnding: (error) => {
      endingFault = error;
    },
    kick: () => io.of('/nodes').disconnectSockets(true),
    pokes: () => pokes,
    admissions: () => admissions,
  };
}

/** Waits until a node has joined, and has told what it offers by its orders. */
export async function joined({ crew }: GatewayBench, nodeId = 'local'): Promise<void> {
  await waitUntil(`${nodeId} has joined`, () => crew.find(nodeId)?.isReady === true);
}
