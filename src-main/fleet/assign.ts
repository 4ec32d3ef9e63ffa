import type { NodeSlots } from '#shared/model/node.ts';
import type { ResourceClass } from '#shared/model/plan.ts';

/*
 * Who does what, as a pure function of what can begin, who is there, and how fast each has been: list scheduling by earliest
 * finish. A task goes to whoever would be done with it first, also when that is a node that is still busy: then it waits for
 * that one, and the slow machine begins something else.
 */

export type Candidate = {
  taskId: string;
  jobId: string;
  type: string;
  resource: ResourceClass;
  /** Megapixel-minutes. */
  weight: number;
  /** Video encoders that it needs. */
  encoders: readonly string[];
  /** Tags that its job asks of a node. */
  requires: readonly string[];
  /** What a node reads of the source for it. */
  readBytes: number;
  /** Nodes that have failed it. */
  failedOn: readonly string[];
};

export type Worker = {
  nodeId: string;
  packages: boolean;
  /** False while it rests, is drained, busy with its owner's things or set aside. */
  takesWork: boolean;
  tags: readonly string[];
  /** Video encoders that passed a trial there; null while that isn't known. */
  encoders: readonly string[] | null;
  slots: NodeSlots;
  /** What it does, and in how many seconds it will be done with it; null where nobody can say. */
  running: readonly { resource: ResourceClass; leftSec: number | null }[];
  /** Weight a second, by the work that it was measured at (`workOf`). */
  speeds: ReadonlyMap<string, number>;
  /** A first guess at a speed that was not measured: cores count alike. */
  cores: number;
  /** Null where the source lies, or is as near as its own disk. */
  linkBps: number | null;
  /** Jobs whose source it has already. */
  sourcesOf: ReadonlySet<string>;
};

export type Pairing = { taskId: string; nodeId: string };

const packagingTypes = new Set(['package', 'validate', 'publish']);

/** A free node is not kept waiting for a gain that is smaller than the error of a guess. */
const worthWaitingFor = 0.8;

/** Gives tasks, in their order, to those who will be done with them first. */
export function assign(tasks: readonly Candidate[], workers: readonly Worker[]): Pairing[] {
  const speedOf = speedBook(workers);
  const lanes = new Map(workers.map((worker) => [worker, lanesOf(worker)]));
  const pairs: Pairing[] = [];
  for (const task of tasks) {
    const taken = takerOf(task, workers, lanes, speedOf);
    if (taken === null) continue;
    if (taken.lane.freeInSec === 0) pairs.push({ taskId: task.taskId, nodeId: taken.worker.nodeId });
    taken.lane.freeInSec = taken.finishSec;
  }
  return pairs;
}

/** Who would get a task if there were no other, and in how many seconds; null when nobody can do it or nobody can say. */
export function placeFor(task: Candidate, workers: readonly Worker[]): { nodeId: string; inSec: number } | null {
  const lanes = new Map(workers.map((worker) => [worker, lanesOf(worker)]));
  const taken = takerOf(task, workers, lanes, speedBook(workers));
  if (taken === null || !Number.isFinite(taken.lane.freeInSec)) return null;
  return { nodeId: taken.worker.nodeId, inSec: taken.lane.freeInSec };
}

/** Why a worker can't do a task at all, leaving room and its rest aside; null when it can. */
export function hindrance(
  worker: Pick<Worker, 'nodeId' | 'packages' | 'tags' | 'encoders' | 'slots'>,
  task: Pick<Candidate, 'type' | 'resource' | 'encoders' | 'requires' | 'failedOn'>,
): Hindrance | null {
  if (!worker.packages && packagingTypes.has(task.type)) return { kind: 'packages' };
  const encoder = task.encoders.find((name) => worker.encoders !== null && !worker.encoders.includes(name));
  if (encoder !== undefined) return { kind: 'encoder', encoder };
  if (worker.slots[task.resource] === 0) return { kind: 'no-slots', resource: task.resource };
  const tag = task.requires.find((one) => !worker.tags.includes(one));
  if (tag !== undefined && !packagingTypes.has(task.type)) return { kind: 'tag', tag };
  return task.failedOn.includes(worker.nodeId) ? { kind: 'failed-there' } : null;
}

export type Hindrance =
  | { kind: 'packages' }
  | { kind: 'encoder'; encoder: string }
  | { kind: 'no-slots'; resource: ResourceClass }
  | { kind: 'tag'; tag: string }
  | { kind: 'failed-there' };

/** Names a kind of work whose speed is measured: what its encoders are. */
export function workOf(encoders: readonly string[]): string {
  return [...new Set(encoders)].sort().join('+');
}

/** How fast a worker is at a work, measured or guessed from the others. */
export type SpeedBook = (worker: Pick<Worker, 'speeds' | 'cores'>, encoders: readonly string[]) => number;

/** Knows every worker's speed: one that wasn't measured is as fast for each core as those that were. */
export function speedBook(workers: readonly Pick<Worker, 'speeds' | 'cores'>[]): SpeedBook {
  const perCore = new Map<string, number>();
  return ({ speeds, cores }, encoders) => {
    const work = workOf(encoders);
    const measured = speeds.get(work) ?? slowestPart(speeds, encoders);
    if (measured !== undefined) return measured;
    const known = perCore.get(work) ?? meanPerCore(workers, work);
    perCore.set(work, known);
    return known * cores;
  };
}

/** Encoders side by side in one run are as fast as the slowest of them, when each is known. */
function slowestPart(speeds: ReadonlyMap<string, number>, encoders: readonly string[]): number | undefined {
  const parts = [...new Set(encoders)].map((encoder) => speeds.get(encoder));
  const known = parts.filter((speed) => speed !== undefined);
  return known.length > 1 && known.length === parts.length ? Math.min(...known) : undefined;
}

/** Weight a second of one core nobody has measured: a 1080p rung in real time on four. */
const nominalPerCore = 2.1 / 60 / 4;

function meanPerCore(workers: readonly Pick<Worker, 'speeds' | 'cores'>[], work: string): number {
  const rates = workers.flatMap(({ speeds, cores }) => {
    const speed = speeds.get(work);
    return speed === undefined ? [] : [speed / cores];
  });
  return rates.length === 0 ? nominalPerCore : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

/** Reading and encoding go on side by side: the slower of the two counts. */
export function secondsFor(
  task: Pick<Candidate, 'weight' | 'encoders' | 'readBytes' | 'jobId'>,
  worker: Pick<Worker, 'speeds' | 'cores' | 'linkBps' | 'sourcesOf'>,
  speedOf: SpeedBook,
): number {
  const encodeSec = task.weight / speedOf(worker, task.encoders);
  const isNear = worker.linkBps === null || worker.sourcesOf.has(task.jobId);
  const readSec = isNear ? 0 : (task.readBytes * 8) / (worker.linkBps ?? Number.POSITIVE_INFINITY);
  return Math.max(encodeSec, readSec);
}

type Lane = { freeInSec: number };
type Offered = { worker: Worker; lane: Lane; finishSec: number };

/** Whoever is done first, unless somebody free is done hardly later. */
function takerOf(
  task: Candidate,
  workers: readonly Worker[],
  lanes: ReadonlyMap<Worker, Record<ResourceClass, Lane[]>>,
  speedOf: SpeedBook,
): Offered | null {
  const offers = takersOf(task, workers).flatMap((worker) => {
    const lane = firstFree(lanes.get(worker)?.[task.resource] ?? []);
    if (lane === null) return [];
    return [{ worker, lane, finishSec: lane.freeInSec + secondsFor(task, worker, speedOf) }];
  });
  const soonest = bestOf(offers);
  const now = bestOf(offers.filter(({ lane }) => lane.freeInSec === 0));
  return now !== null && soonest !== null && soonest.finishSec > now.finishSec * worthWaitingFor ? now : soonest;
}

/** Who may have the task: not who failed it, unless everybody did who could do it. */
function takersOf(task: Candidate, workers: readonly Worker[]): Worker[] {
  const able = workers.filter((worker) => worker.takesWork && hindrance(worker, { ...task, failedOn: [] }) === null);
  const fresh = able.filter(({ nodeId }) => !task.failedOn.includes(nodeId));
  return fresh.length > 0 ? fresh : able;
}

/** One lane a slot; one whose end nobody knows is never waited for. */
function lanesOf({ slots, running }: Worker): Record<ResourceClass, Lane[]> {
  const lanes = (resource: ResourceClass): Lane[] => {
    const busy = running.filter((one) => one.resource === resource);
    const taken = busy.map(({ leftSec }) => ({ freeInSec: Math.max(leftSec ?? Number.POSITIVE_INFINITY, 0.001) }));
    return [...taken, ...Array.from({ length: Math.max(0, slots[resource] - busy.length) }, () => ({ freeInSec: 0 }))];
  };
  return { 'gpu-encode': lanes('gpu-encode'), 'gpu-scale': lanes('gpu-scale'), cpu: lanes('cpu'), io: lanes('io') };
}

function firstFree(lanes: readonly Lane[]): Lane | null {
  return lanes.reduce<Lane | null>(
    (best, lane) => (best === null || lane.freeInSec < best.freeInSec ? lane : best),
    null,
  );
}

/** The first done; of equals the one with the source at hand, then the first named, so that the answer is always the same. */
function bestOf(offers: readonly Offered[]): Offered | null {
  return offers.reduce<Offered | null>((best, offer) => (best === null || isBetter(offer, best) ? offer : best), null);
}

function isBetter(a: Offered, b: Offered): boolean {
  if (a.finishSec !== b.finishSec) return a.finishSec < b.finishSec;
  if (!Number.isFinite(a.finishSec)) return false;
  const [nearA, nearB] = [a.worker.linkBps === null, b.worker.linkBps === null];
  return nearA === nearB ? a.worker.nodeId < b.worker.nodeId : nearA;
}
