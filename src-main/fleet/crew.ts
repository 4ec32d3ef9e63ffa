import type { ResourceClass } from '#shared/model/plan.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import type { AssignAnswer, Assignment, Forget, LeaseRef, NodeOrders } from '#shared/protocol/node.ts';

/** A node whose line is open. */
export type CrewMember = {
  nodeId: string;
  name: string;
  /** The server's own, which reads sources and parts where they lie. */
  isLocal: boolean;
  offer: NodeOffer;
  /** The offer is by the orders of its welcome; the one it greeted with knew nothing of them, and nothing is begun by it. */
  isReady: boolean;
  /** What it was given and has not told the end of. */
  running: Map<string, RunningTask>;
  /** Takes nothing new before this, on the clock's monotonic time: it said that it is full, or ran out of memory. */
  restUntilMs: number;
  draining: boolean;
  tags: readonly string[];
  /** Measured, weight a second by work (`workOf`). */
  speeds: ReadonlyMap<string, number>;
  /** Measured on its transfers, bits a second; null before the first. */
  linkBps: number | null;
  /** Set aside until then, wall-clock milliseconds, because it failed again and again; null when it isn't. */
  breakerUntilMs: number | null;
  /** Jobs whose source it can read without the line. */
  sourcesOf: Set<string>;
  /** Null when the line dropped before it answered: whether it has the task will be known when it comes back. */
  assign(message: Assignment): Promise<AssignAnswer | null>;
  stop(lease: LeaseRef): void;
  forget(message: Forget): void;
  /** What people have set for it, after it changed. */
  orders(message: NodeOrders): void;
  restart(): void;
  /** Lets it try again what failed its trial. */
  prove(): void;
  /** When it said something last, on the clock's monotonic time. */
  heardMs: number;
  /** Ends its line: it has to greet again. */
  hangUp(): void;
};

/** A task that a node has. */
export type RunningTask = {
  attempt: number;
  resource: ResourceClass;
  jobId: string;
  weight: number;
  /** Of its pictures; none for other tasks. */
  encoders: readonly string[];
  /** On the clock's monotonic time. */
  startedMs: number;
  /** 0 to 1, as the node told it last. */
  ratio: number;
};

/** The nodes that are here now. What they are and were is in the store; this is only who can be spoken to. */
export type Crew = {
  members(): readonly CrewMember[];
  find(nodeId: string): CrewMember | null;
  /** A later line of the same node takes the place of an earlier one. */
  join(member: CrewMember): void;
  leave(member: CrewMember): void;
};

/** Nobody is there at first. */
export function newCrew(): Crew {
  const byId = new Map<string, CrewMember>();
  return {
    members: () => [...byId.values()],
    find: (nodeId) => byId.get(nodeId) ?? null,
    join: (member) => byId.set(member.nodeId, member),
    leave: (member) => {
      if (byId.get(member.nodeId) === member) byId.delete(member.nodeId);
    },
  };
}

/** Tells the nodes which leases were taken from them: their places are free, and what they do for them is to stop. */
export function takeBack(crew: Crew, leases: readonly (LeaseRef & { nodeId: string })[]): void {
  for (const { taskId, attempt, nodeId } of leases) {
    const member = crew.find(nodeId);
    if (member === null) continue;
    freePlace(member, { taskId, attempt });
    member.stop({ taskId, attempt });
  }
}

/**
 * Ends the lines of nodes that said nothing for so long: the other end is gone, or out of reach, and what is sent there would
 * wait for nobody, or stop what the node goes on with. Answers which they were.
 */
export function hangUpOnSilent(crew: Crew, silentMs: number, nowMs: number): CrewMember[] {
  const silent = crew.members().filter(({ heardMs }) => nowMs - heardMs >= silentMs);
  for (const member of silent) member.hangUp();
  return silent;
}

/** The place of a lease that has ended; a later one of the same task keeps its own. */
export function freePlace(member: CrewMember, { taskId, attempt }: LeaseRef): void {
  if (member.running.get(taskId)?.attempt === attempt) member.running.delete(taskId);
}
