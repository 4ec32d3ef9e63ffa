import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { within } from '#main/platform/within.ts';
import type { ResourceClass } from '#shared/model/plan.ts';
import { type NodeOffer } from '#shared/model/node.ts';
import {
  type Assignment,
  type LeaseRef,
  nodeProtocol,
  type NodeOrders,
  type ProgressUpdate,
  type TaskEnding,
} from '#shared/protocol/node.ts';
import type { Hands } from './hands.ts';
import { type NodeLink, openLink } from './node-link.ts';
import type { PinnedTls } from './pinned-server.ts';

/*
 * Node mode: takes leases, does them, tells how they ended. It holds no truth: what the server says of a lease counts.
 */

export type NodeOptions = {
  url: string;
  /** What the server's own node is known by; others are by their certificate. */
  auth: Readonly<Record<string, string>>;
  /** Of a server that is not this machine's. */
  tls?: PinnedTls;
  nodeId: string;
  name: string;
  version: string;
  /** As it is at each moment; whoever changes it calls `offerChanged`. */
  offer: () => NodeOffer;
  hands: Hands;
  /** What people have set for it: with each welcome, and when it changes. */
  onOrders?: (orders: NodeOrders) => void;
  /** People want what failed its trial to be tried again. */
  onProve?: () => void;
  clock: Clock;
  log: Logger;
};

export type RunningNode = {
  /** Takes nothing more, stops what runs and waits for it; finished parts stay. */
  stop(): Promise<void>;
  /** Tells the server what this machine offers now. */
  offerChanged(): void;
  /** Why the server refused this node; never settles otherwise. */
  refused: Promise<string>;
  /** Settles when the server lets it in for the first time. */
  joined: Promise<void>;
  /** Settles when people want it to begin anew: whoever started it stops it, and starts it again. */
  restart: Promise<void>;
};

type Running = {
  assignment: Assignment;
  stop: AbortController;
  isLost: boolean;
  /** Done, and only waiting for the server to write that down: its place is free. */
  isOver: boolean;
  progress: ProgressUpdate | null;
};

const defaultHeartbeatMs = 5_000;

/** Connects to the server and works for it until stopped. */
export function startNode(options: NodeOptions): RunningNode {
  const { hands, clock, log } = options;
  const running = new Map<string, Running>();
  const ended = new Set<Promise<void>>();
  let isStopping = false;
  let pace = { heartbeatMs: defaultHeartbeatMs, progressMs: 1_000 };
  let refuse = (_message: string): void => {};
  const refused = new Promise<string>((resolve) => {
    refuse = resolve;
  });
  const joined = Promise.withResolvers<void>();
  const restart = Promise.withResolvers<void>();

  const drop = ({ taskId, attempt }: LeaseRef): void => {
    const one = running.get(taskId);
    if (one === undefined || one.assignment.lease.attempt !== attempt) return;
    one.isLost = true;
    one.stop.abort();
  };

  const begin = (assignment: Assignment): void => {
    const one: Running = { assignment, stop: new AbortController(), isLost: false, isOver: false, progress: null };
    running.set(assignment.lease.taskId, one);
    const work = workOn(one).finally(() => {
      running.delete(assignment.lease.taskId);
      ended.delete(work);
    });
    ended.add(work);
  };

  const workOn = async (one: Running): Promise<void> => {
    const { lease, task } = one.assignment;
    const ending = await execute(one, hands, log, (progress) => {
      one.progress = { ...lease, ...progress };
    });
    one.isOver = true;
    if (one.isLost) return;
    const state = await link.ended({ lease, ending });
    log.info({ task: task.id, job: one.assignment.jobId, ending: ending.kind, state }, 'task ended');
  };

  const link: NodeLink = openLink(
    {
      ...{ url: options.url, auth: options.auth, tls: options.tls, clock, log },
      hello: () => ({
        protocol: nodeProtocol,
        nodeId: options.nodeId,
        name: options.name,
        version: options.version,
        offer: options.offer(),
        running: leasesOf(running),
      }),
    },
    {
      onWelcome: ({ heartbeatMs, progressMs, lost, orders }) => {
        pace = { heartbeatMs, progressMs };
        log.info({ server: options.url }, 'connected to the server');
        for (const lease of lost) drop(lease);
        options.onOrders?.(orders);
        // Before this, nothing is begun here: the greeting knew nothing of the orders.
        link.offer(options.offer());
        joined.resolve();
      },
      onAssign: (assignment) => {
        const reason = whyNot(assignment, running, options.offer(), isStopping);
        if (reason === null) begin(assignment);
        return { accepted: reason === null, reason };
      },
      onStop: drop,
      onForget: (message) => {
        forgetWhenIdle(message.folderKey, running, ended)
          .then(() => hands.forget(message))
          .catch((error: unknown) =>
            log.warn({ folder: message.folderKey, error: String(error) }, 'a folder could not be given up'),
          );
      },
      onOrders: (orders) => options.onOrders?.(orders),
      onRestart: () => restart.resolve(),
      onProve: () => options.onProve?.(),
      onRefused: (message) => refuse(message),
    },
  );

  let cancelBeat = (): void => {};
  let cancelProgress = (): void => {};
  const prolong = async (): Promise<void> => {
    for (const lease of (await link.beat({ running: leasesOf(running) })) ?? []) drop(lease);
  };
  const beat = (): void => {
    cancelBeat = clock.after(pace.heartbeatMs, () => {
      void prolong();
      beat();
    });
  };
  const tell = (): void => {
    cancelProgress = clock.after(pace.progressMs, () => {
      const updates = [...running.values()].flatMap((one) => (one.progress === null ? [] : [one.progress]));
      for (const one of running.values()) one.progress = null;
      if (updates.length > 0) link.progress({ updates });
      tell();
    });
  };
  beat();
  tell();

  return {
    refused,
    offerChanged: () => link.offer(options.offer()),
    joined: joined.promise,
    restart: restart.promise,
    stop: async () => {
      isStopping = true;
      for (const { stop } of running.values()) stop.abort();
      // A task that was stopped is told as released, so that another node begins it at once; but not to a server that has gone.
      if (link.isOpen()) await within(farewellMs, Promise.allSettled(ended), clock);
      cancelBeat();
      cancelProgress();
      link.close();
      await Promise.allSettled(ended);
      await hands.close();
    },
  };
}

/** How long a server is given to hear of what was stopped. */
const farewellMs = 5_000;

async function execute(
  one: Running,
  hands: Hands,
  log: Logger,
  onProgress: Parameters<Hands['execute']>[1]['onProgress'],
): Promise<TaskEnding> {
  const { lease, task } = one.assignment;
  try {
    return await hands.execute(one.assignment, { signal: one.stop.signal, onProgress });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? error.stack : undefined;
    log.error({ task: task.id, lease, error: stack ?? message }, 'a fault of Encrew itself');
    return {
      kind: 'failed',
      code: 'unknown',
      message: `a fault of Encrew itself: ${message}`,
      stderrTail: [],
      findings: [],
    };
  }
}

/** A folder is given up when nothing of its job runs any more. */
async function forgetWhenIdle(
  folderKey: string,
  running: ReadonlyMap<string, Running>,
  ended: ReadonlySet<Promise<void>>,
): Promise<void> {
  while ([...running.values()].some(({ assignment }) => assignment.folderKey === folderKey)) {
    await Promise.race(ended);
  }
}

function whyNot(
  { task, lease }: Assignment,
  running: ReadonlyMap<string, Running>,
  { slots, busy }: NodeOffer,
  isStopping: boolean,
): string | null {
  if (isStopping) return 'the node is stopping';
  if (busy !== null) return busy;
  if (running.has(lease.taskId)) return 'an earlier attempt of it is still being stopped';
  const used = countOf(running, task.resource);
  return used < slots[task.resource] ? null : `all ${used} places for ${task.resource} are taken`;
}

function countOf(running: ReadonlyMap<string, Running>, resource: ResourceClass): number {
  const busy = [...running.values()].filter(({ isOver }) => !isOver);
  return busy.filter(({ assignment }) => assignment.task.resource === resource).length;
}

function leasesOf(running: ReadonlyMap<string, Running>): LeaseRef[] {
  return [...running.values()].filter(({ isLost }) => !isLost).map(({ assignment }) => assignment.lease);
}
