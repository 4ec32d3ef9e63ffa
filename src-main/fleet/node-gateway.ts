import type { Server, Socket } from 'socket.io';
import type { Logger } from '#main/platform/logger.ts';
import { renewLeases } from '#main/queue/claim-task.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { loseLeases } from '#main/queue/settle-task.ts';
import { resourceClass } from '#shared/model/plan.ts';
import {
  assignAnswer,
  beat,
  type Hello,
  type HelloAnswer,
  hello,
  type LeaseRef,
  nodeProtocol,
  type NodeToServer,
  progressNews,
  type ServerToNode,
  taskEnded,
  type TaskEnding,
} from '#shared/protocol/node.ts';
import type { Crew, CrewMember } from './crew.ts';
import { greetNode, nodeLeft, nodeSeen } from './node-rows.ts';
import type { ProgressBook } from './progress-book.ts';

type NodeSocket = Socket<NodeToServer, ServerToNode>;

export type GatewayDeps = {
  queue: QueueContext;
  crew: Crew;
  book: ProgressBook;
  log: Logger;
  heartbeatMs: number;
  leaseMs: number;
  /** Who may speak as a node, by what the line was opened with; null for a stranger. */
  admit(auth: unknown): Promise<{ nodeId: string; isLocal: boolean } | null>;
  /** Writes an ending down; false when the lease was lost. */
  ended(lease: Lease, ending: TaskEnding): Promise<boolean>;
  /** There may be something to give. */
  poke(): void;
};

const answerWithinMs = 10_000;

/** Listens to nodes on `/nodes`. What they say is parsed; what they may say is decided by the store. */
export function openGateway(io: Server, deps: GatewayDeps): void {
  const { log, crew, queue, book } = deps;
  const namespace: ReturnType<Server<NodeToServer, ServerToNode>['of']> = io.of('/nodes');
  const admitted = new WeakMap<object, { nodeId: string; isLocal: boolean }>();

  namespace.use((socket, next) => {
    deps.admit(socket.handshake.auth).then(
      (node) => {
        if (node === null) return next(new Error('this node is not known here'));
        admitted.set(socket, node);
        next();
      },
      (error: unknown) => next(error instanceof Error ? error : new Error(String(error))),
    );
  });

  namespace.on('connection', (socket: NodeSocket) => {
    const node = admitted.get(socket);
    if (node === undefined) return void socket.disconnect(true);
    let member: CrewMember | null = null;

    socket.on('hello', (message, answer) => {
      const parsed = hello.safeParse(message);
      if (!parsed.success || parsed.data.nodeId !== node.nodeId) {
        return answer({ ok: false, message: 'the greeting was not understood' });
      }
      welcome(parsed.data)
        .then(answer)
        .catch((error: unknown) => {
          log.error({ node: node.nodeId, error: String(error) }, 'a node could not be greeted');
          socket.disconnect(true);
        });
    });
    socket.on('beat', (message, answer) => {
      const parsed = beat.safeParse(message);
      if (!parsed.success) return;
      renew(parsed.data.running)
        .then((lost) => answer({ lost }))
        .catch((error: unknown) =>
          log.warn({ node: node.nodeId, error: String(error) }, 'a beat could not be written'),
        );
    });
    socket.on('progress', (message) => {
      const parsed = progressNews.safeParse(message);
      if (!parsed.success || member === null) return;
      for (const update of parsed.data.updates) {
        if (member.running.get(update.taskId)?.attempt === update.attempt) book.record(update);
      }
    });
    socket.on('ended', (message, answer) => {
      const parsed = taskEnded.safeParse(message);
      if (!parsed.success) {
        log.warn({ node: node.nodeId, error: parsed.error.message }, 'the end of a task was not understood');
        return answer({ state: 'lost' });
      }
      const { lease, ending } = parsed.data;
      deps
        .ended({ ...lease, nodeId: node.nodeId }, ending)
        .then((isMine) => answer({ state: isMine ? 'accepted' : 'lost' }))
        .then(() => {
          member?.running.delete(lease.taskId);
          deps.poke();
        })
        .catch((error: unknown) => {
          log.error({ node: node.nodeId, lease, error: String(error) }, 'the end of a task could not be written');
          answer({ state: 'again' });
        });
    });
    socket.on('disconnect', (reason) => {
      if (member === null) return;
      crew.leave(member);
      log.info({ node: node.nodeId, reason }, 'a node left');
      nodeLeft(queue, node.nodeId).catch((error: unknown) => log.warn({ error: String(error) }, 'not written'));
      deps.poke();
    });

    const renew = async (running: readonly LeaseRef[]): Promise<LeaseRef[]> => {
      await nodeSeen(queue, node.nodeId);
      const leases = running.map((lease) => ({ ...lease, nodeId: node.nodeId }));
      const lost = await renewLeases(queue, leases, deps.leaseMs);
      return lost.map(({ taskId, attempt }) => ({ taskId, attempt }));
    };

    const welcome = async (message: Hello): Promise<HelloAnswer> => {
      if (message.protocol !== nodeProtocol) {
        const older = message.protocol < nodeProtocol ? 'the node' : 'the server';
        const text = `the node speaks protocol ${message.protocol}, the server ${nodeProtocol}: update Encrew on ${older}`;
        return { ok: false, message: text };
      }
      const { draining } = await greetNode(queue, { ...message, isLocal: node.isLocal });
      const lost = await renew(message.running);
      const kept = message.running.filter(({ taskId }) => !lost.some((lease) => lease.taskId === taskId));
      const held = await queue.db
        .selectFrom('task')
        .select(['id as taskId', 'attempt', 'resource', 'jobId', 'nodeId'])
        .where('state', '=', 'leased')
        .where('nodeId', '=', node.nodeId)
        .execute();
      // What the node does not know of was lost with an earlier life of it.
      const gone = held.filter(({ taskId }) => !kept.some((lease) => lease.taskId === taskId));
      await loseLeases(queue, gone, 'the node began anew without it');
      const running = held
        .filter((lease) => !gone.includes(lease))
        .map(
          ({
            taskId,
            attempt,
            resource,
            jobId,
          }): [string, { attempt: number; resource: ReturnType<typeof resourceClass.parse>; jobId: string }] => [
            taskId,
            { attempt, resource: resourceClass.parse(resource), jobId },
          ],
        );
      member = {
        nodeId: node.nodeId,
        name: message.name,
        offer: { ...message.offer, packages: message.offer.packages && node.isLocal },
        running: new Map(running),
        restUntilMs: 0,
        draining,
        assign: async (assignment) =>
          assignAnswer.parse(await socket.timeout(answerWithinMs).emitWithAck('assign', assignment)),
        stop: (lease) => socket.emit('stop', lease),
        forget: (folder) => socket.emit('forget', folder),
      };
      crew.join(member);
      log.info({ node: node.nodeId, name: message.name, slots: message.offer.slots }, 'a node joined');
      deps.poke();
      return { ok: true, heartbeatMs: deps.heartbeatMs, progressMs: 1_000, lost };
    };
  });
}
