import type { Server, Socket } from 'socket.io';
import type { Logger } from '#main/platform/logger.ts';
import { isLoopback } from '#main/platform/loopback.ts';
import { peerKeyHash } from '#main/platform/peer-key.ts';
import { within } from '#main/platform/within.ts';
import { takeUpAgain } from '#main/queue/take-up-again.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { type NodeOffer, nodeOffer } from '#shared/model/node.ts';
import {
  type AssignAnswer,
  type Assignment,
  assignAnswer,
  beat,
  type connectionRefused,
  type Hello,
  type HelloAnswer,
  hello,
  helloProtocol,
  nodeProtocol,
  type NodeToServer,
  progressNews,
  type ServerToNode,
  taskEnded,
  type TaskEnding,
} from '#shared/protocol/node.ts';
import type { z } from 'zod';
import { type Crew, type CrewMember, freePlace } from './crew.ts';
import { greetNode, protocolFault, renewOf } from './greet-node.ts';
import { nodeLeft, offerChanged } from './node-rows.ts';
import type { ProgressBook } from './progress-book.ts';

type NodeSocket = Socket<NodeToServer, ServerToNode>;

export type GatewayDeps = {
  queue: QueueContext;
  crew: Crew;
  book: ProgressBook;
  log: Logger;
  heartbeatMs: number;
  leaseMs: number;
  /** How often nodes tell how far they are. */
  progressMs: number;
  /** Who may speak as a node, by what the line was opened with. */
  admit: (caller: NodeCaller) => Promise<Admission>;
  /** Writes an ending down; false when the lease was lost. */
  ended: (lease: Lease, ending: TaskEnding) => Promise<boolean>;
  /** There may be something to give. */
  poke: () => void;
};

/** Who wants to speak as a node. */
export type NodeCaller = {
  auth: unknown;
  /** Of the certificate that it came with over TLS. */
  keyHash: string | null;
  /** It is a program of the server's own machine. */
  isSameMachine: boolean;
};

/** `message` tells people what to do. */
export type Admission = { ok: true; nodeId: string; isLocal: boolean } | { ok: false; message: string };

const answerWithinMs = 10_000;

/** Listens to nodes on `/nodes`. What they say is parsed; what they may say is decided by the store. */
export function openGateway(io: Server, deps: GatewayDeps): void {
  const { log, crew, queue, book } = deps;
  const namespace: ReturnType<Server<NodeToServer, ServerToNode>['of']> = io.of('/nodes');
  const admitted = new WeakMap<object, { nodeId: string; isLocal: boolean }>();

  const letIn = async (socket: NodeSocket): Promise<Error | undefined> => {
    try {
      const node = await deps.admit(callerOf(socket));
      if (!node.ok) return refusal(node.message, true);
      admitted.set(socket, node);
      return undefined;
    } catch (error) {
      log.error({ error: String(error) }, 'a node could not be looked up');
      return refusal('the server could not look this node up', false);
    }
  };
  namespace.use((socket, go) => void letIn(socket).then(go));

  namespace.on('connection', (socket: NodeSocket) => {
    const node = admitted.get(socket);
    if (node === undefined) return void socket.disconnect(true);
    const { nodeId, isLocal } = node;
    let member: CrewMember | null = null;
    let drop = (): void => {};
    const dropped = new Promise<null>((resolve) => {
      drop = () => resolve(null);
    });

    // What ended while the line was down is told before the greeting.
    const written = async (lease: Lease, ending: TaskEnding): Promise<boolean> => {
      if (await deps.ended(lease, ending)) return true;
      const [again] = await takeUpAgain(queue, [lease], deps.leaseMs);
      return again !== undefined && (await deps.ended(lease, ending));
    };

    const welcome = async (message: Hello): Promise<HelloAnswer> => {
      const { orders, lost, ...known } = await greetNode(queue, { ...message, isLocal }, deps.leaseMs);
      if (!socket.connected) {
        await nodeLeft(queue, nodeId);
        return { ok: false, message: 'the line dropped' };
      }
      member = {
        ...{
          nodeId,
          name: message.name,
          isLocal,
          ...known,
          isReady: false,
          restUntilMs: 0,
          sourcesOf: new Set<string>(),
        },
        offer: offerOf(message.offer, isLocal),
        assign: (assignment) => Promise.race([dropped, ask(socket, assignment, queue)]),
        stop: (lease) => socket.emit('stop', lease),
        forget: (folder) => socket.emit('forget', folder),
        orders: (news) => socket.emit('orders', news),
        restart: () => socket.emit('restart'),
        prove: () => socket.emit('prove'),
        heardMs: queue.clock.monotonicMs(),
        hangUp: () => socket.disconnect(true),
      };
      crew.join(member);
      log.info({ node: nodeId, name: message.name, slots: message.offer.slots }, 'a node joined');
      deps.poke();
      return { ok: true, heartbeatMs: deps.heartbeatMs, progressMs: deps.progressMs, lost, orders };
    };

    socket.onAny(() => {
      if (member !== null) member.heardMs = queue.clock.monotonicMs();
    });
    socket.on('hello', (message, answer) => {
      // First, since the greeting of a much newer node need not be understood.
      const protocol = helloProtocol.safeParse(message).data?.protocol ?? nodeProtocol;
      const fault = protocolFault(protocol);
      if (fault !== null) return answerBy(answer)({ ok: false, message: fault });
      const parsed = hello.safeParse(message);
      if (!parsed.success || parsed.data.nodeId !== nodeId) {
        return answerBy(answer)({ ok: false, message: 'the greeting was not understood' });
      }
      welcome(parsed.data)
        .then(answerBy(answer))
        .catch((error: unknown) => {
          log.error({ node: nodeId, error: String(error) }, 'a node could not be greeted');
          socket.disconnect(true);
        });
    });
    socket.on('beat', (message, answer) => {
      const parsed = beat.safeParse(message);
      if (!parsed.success) return;
      renewOf(queue, nodeId, parsed.data.running, deps.leaseMs)
        .then((lost) => {
          if (member !== null) for (const lease of lost) freePlace(member, lease);
          return answerBy(answer)({ lost });
        })
        .catch((error: unknown) => log.warn({ node: nodeId, error: String(error) }, 'a beat could not be written'));
    });
    socket.on('offer', (message) => {
      const parsed = nodeOffer.safeParse(message);
      // Before the greeting is answered there is nobody yet: the first thing a node says after it is this.
      if (!parsed.success || member === null) return;
      member.offer = offerOf(parsed.data, isLocal);
      member.isReady = true;
      offerChanged(queue, nodeId, parsed.data).catch((error: unknown) =>
        log.warn({ node: nodeId, error: String(error) }, 'what a node offers could not be written'),
      );
      deps.poke();
    });
    socket.on('progress', (message) => {
      const parsed = progressNews.safeParse(message);
      if (!parsed.success || member === null) return;
      for (const update of parsed.data.updates) {
        const one = member.running.get(update.taskId);
        if (one?.attempt !== update.attempt) continue;
        one.ratio = update.ratio ?? one.ratio;
        book.record(update);
      }
    });
    socket.on('ended', (message, answer) => {
      const parsed = taskEnded.safeParse(message);
      if (!parsed.success) {
        log.warn({ node: nodeId, error: parsed.error.message }, 'the end of a task was not understood');
        return answerBy(answer)({ state: 'lost' });
      }
      const { lease, ending } = parsed.data;
      written({ ...lease, nodeId }, ending)
        .then((isMine) => {
          if (member !== null) freePlace(member, lease);
          deps.poke();
          return answerBy(answer)({ state: isMine ? 'accepted' : 'lost' });
        })
        .catch((error: unknown) => {
          log.error({ node: nodeId, lease, error: String(error) }, 'the end of a task could not be written');
          answerBy(answer)({ state: 'again' });
        });
    });
    socket.on('disconnect', (reason) => {
      drop();
      if (member === null) return;
      crew.leave(member);
      log.info({ node: nodeId, reason }, 'a node left');
      // It may have come back by another line before this one was found to be dead.
      if (crew.find(nodeId) === null) {
        nodeLeft(queue, nodeId).catch((error: unknown) => log.warn({ error: String(error) }, 'not written'));
      }
      deps.poke();
    });
  });
}

/** Only the server's own node has the packages' folders, whatever others say. */
function offerOf(offer: NodeOffer, isLocal: boolean): NodeOffer {
  return { ...offer, packages: offer.packages && isLocal };
}

function callerOf({ request, handshake }: NodeSocket): NodeCaller {
  const { remoteAddress, localAddress } = request.socket;
  return {
    auth: handshake.auth,
    keyHash: peerKeyHash(request),
    isSameMachine: remoteAddress !== undefined && (isLoopback(remoteAddress) || remoteAddress === localAddress),
  };
}

async function ask(socket: NodeSocket, assignment: Assignment, { clock }: QueueContext): Promise<AssignAnswer> {
  const answer = await within(answerWithinMs, socket.emitWithAck('assign', assignment), clock);
  return answer === null ? { accepted: false, reason: 'it did not answer' } : assignAnswer.parse(answer.value);
}

/** Who wants no answer, or sends something else in its place, gets none. */
function answerBy<T>(answer: (value: T) => void): (value: T) => void {
  const given: unknown = answer;
  return typeof given === 'function' ? answer : () => {};
}

function refusal(message: string, isFinal: boolean): Error {
  return Object.assign(new Error(message), { data: { isFinal } satisfies z.input<typeof connectionRefused> });
}
