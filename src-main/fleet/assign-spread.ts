import type { SpreadReason } from '#shared/model/job.ts';
import type { ResourceClass } from '#shared/model/plan.ts';
import { hindrance, secondsFor, type SpeedBook, speedBook, type Worker } from './assign.ts';

/*
 * How one film is laid out over the crew: whole on one node, a rung each, or in chunks. Each way is played through with the
 * measured speeds, and the one that is done first is taken. Pure.
 */

export type SpreadJob = {
  jobId: string;
  durationSec: number;
  /** Rungs with what each weighs (megapixel-minutes) and its encoder. */
  rungs: readonly { id: string; weight: number; encoder: string }[];
  resource: ResourceClass;
  requires: readonly string[];
  sourceBytes: number;
  /** False where FFmpeg can't find a place in the middle of the source: it has to be read from its beginning. */
  canSeek: boolean;
};

export type SpreadWay = 'whole' | 'by-rendition' | 'by-chunk';

export type Prediction = {
  way: SpreadWay;
  /** Null where it can't be done; `because` says why. */
  finishSec: number | null;
  tasks: number;
  because: SpreadReason;
};

export type Spread = {
  way: SpreadWay;
  /** Length of each chunk in film seconds, in order; null for one chunk, or as long as a checkpoint should be. */
  chunkSecs: readonly number[] | null;
  /** That can do it. */
  nodes: number;
  /** All three, the one that was taken first. */
  predictions: readonly Prediction[];
};

/** What each task costs beside its pictures: FFmpeg starts, finds its place, fills the encoder, and its parts travel. */
const overheadSec = 2;
/** Reading and scaling the source beside one rung, as a share of all rungs' weight. */
const decodeShare = 0.2;
/** A shorter one is mostly overhead; of longer ones, a last one that is harder than the film before it keeps all others waiting. */
const leastWallSec = 4;
/** What a lost node may cost. */
const mostWallSec = 300;
const mostChunkSec = 300;
const leastChunkSec = 4;
/** Each round of chunks takes this part of the work that is left: big ones first, small ones so that all end together. */
const roundShare = 0.5;
/** More lanes of one machine share the same cores. */
const mostLanes = 4;

/** The fastest way to lay a film out over who is there. */
export function assignSpread(job: SpreadJob, workers: readonly Worker[]): Spread {
  const encoders = job.rungs.map(({ encoder }) => encoder);
  const asked = { type: 'video', resource: job.resource, encoders, requires: job.requires, failedOn: [] };
  const able = workers.filter((worker) => worker.takesWork && hindrance(worker, asked) === null);
  const speedOf = speedBook(workers);
  const chunkSecs = able.length > 1 && job.canSeek ? chunkLengths(job, able, speedOf) : null;
  const ways = [
    predictWhole(job, able, speedOf),
    predictChunks(job, able, speedOf, chunkSecs),
    predictRungs(job, able, speedOf),
  ];
  const [best, ...others] = [...ways].sort(
    (a, b) => (a.finishSec ?? Number.POSITIVE_INFINITY) - (b.finishSec ?? Number.POSITIVE_INFINITY),
  );
  if (best === undefined) throw new RangeError('there is always a way');
  return {
    ...{ way: best.way, nodes: able.length, predictions: [best, ...others] },
    chunkSecs: best.way === 'by-chunk' ? chunkSecs : null,
  };
}

/**
 * Lengths of chunks in film seconds, in order: in rounds, in each of which every lane gets what takes it the same time, and
 * each of which is half of what is left (factoring: Hummel, Schonberg, Flynn 1992).
 */
export function chunkLengths(
  job: Pick<SpreadJob, 'durationSec' | 'rungs' | 'resource'>,
  workers: readonly Worker[],
  speedOf: SpeedBook,
): number[] {
  const weightPerSec = totalWeight(job) / job.durationSec;
  const lanes = workers
    .flatMap((worker) => lanesOf(worker, job.resource, speedOf, job))
    .map(({ speed }) => speed / weightPerSec)
    .sort((a, b) => b - a);
  const together = lanes.reduce((sum, speed) => sum + speed, 0);
  const lengths: number[] = [];
  for (let left = job.durationSec; left > 0; ) {
    const roundSec = Math.min(mostWallSec, Math.max(leastWallSec, (left / together) * roundShare));
    for (const speed of lanes) {
      const length = Math.min(left, Math.max(leastChunkSec, Math.min(mostChunkSec, speed * roundSec)));
      if (length <= 0) break;
      lengths.push(length);
      left -= length;
    }
  }
  return lengths.sort((a, b) => b - a);
}

/** Null where they can share it. */
function tooFew(able: readonly Worker[]): SpreadReason | null {
  if (able.length === 0) return 'no-node';
  return able.length === 1 ? 'one-node' : null;
}

type Lane = { worker: Worker; speed: number; freeInSec: number };

function predictWhole(job: SpreadJob, able: readonly Worker[], speedOf: SpeedBook): Prediction {
  const finishSec = playThrough([totalWeight(job)], job, able, speedOf);
  return {
    way: 'whole',
    finishSec,
    tasks: 1,
    because: tooFew(able) ?? 'fastest-node',
  };
}

function predictChunks(
  job: SpreadJob,
  able: readonly Worker[],
  speedOf: SpeedBook,
  lengths: readonly number[] | null,
): Prediction {
  if (lengths === null) {
    return { way: 'by-chunk', finishSec: null, tasks: 0, because: tooFew(able) ?? 'no-seeking' };
  }
  const weights = lengths.map((length) => (totalWeight(job) * length) / job.durationSec);
  const finishSec = playThrough(weights, job, able, speedOf);
  return { way: 'by-chunk', finishSec, tasks: lengths.length, because: 'several-nodes' };
}

function predictRungs(job: SpreadJob, able: readonly Worker[], speedOf: SpeedBook): Prediction {
  if (able.length < 2 || job.rungs.length < 2) {
    return { way: 'by-rendition', finishSec: null, tasks: 0, because: tooFew(able) ?? 'one-rung' };
  }
  const decode = totalWeight(job) * decodeShare;
  const weights = job.rungs.map(({ weight }) => weight + decode).sort((a, b) => b - a);
  const finishSec = playThrough(weights, job, able, speedOf);
  return { way: 'by-rendition', finishSec, tasks: weights.length, because: 'decodes-each' };
}

/** When the last task is done, each going to who finishes it first. Null when nobody can do them. */
function playThrough(
  weights: readonly number[],
  job: SpreadJob,
  able: readonly Worker[],
  speedOf: SpeedBook,
): number | null {
  const lanes = able.flatMap((worker) => lanesOf(worker, job.resource, speedOf, job));
  const encoders = job.rungs.map(({ encoder }) => encoder);
  if (lanes.length === 0) return null;
  for (const weight of weights) {
    const readBytes = (job.sourceBytes * weight) / totalWeight(job);
    const task = { jobId: job.jobId, weight, encoders, readBytes: Math.min(job.sourceBytes, readBytes) };
    const ends = lanes.map((lane) => lane.freeInSec + overheadSec + secondsFor(task, lane.worker, speedOf));
    const soonest = ends.indexOf(Math.min(...ends));
    const lane = lanes[soonest];
    if (lane !== undefined) lane.freeInSec = ends[soonest] ?? 0;
  }
  return Math.max(...lanes.map(({ freeInSec }) => freeInSec));
}

function lanesOf(
  worker: Worker,
  resource: ResourceClass,
  speedOf: SpeedBook,
  { rungs }: Pick<SpreadJob, 'rungs'>,
): Lane[] {
  const speed = speedOf(
    worker,
    rungs.map(({ encoder }) => encoder),
  );
  return Array.from({ length: Math.min(mostLanes, worker.slots[resource]) }, () => ({ worker, speed, freeInSec: 0 }));
}

function totalWeight({ rungs }: Pick<SpreadJob, 'rungs'>): number {
  return rungs.reduce((sum, { weight }) => sum + weight, 0);
}
