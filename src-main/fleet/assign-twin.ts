import { type Candidate, hindrance, type Pairing, secondsFor, type SpeedBook, type Worker } from './assign.ts';

/*
 * The last straggler of a job is begun a second time where it will be done sooner, and the first result counts: a machine that
 * has gone to sleep, or became slow, delays a film by one chunk's time on a good one.
 */

/** A task that a node does, of a job that has nothing left to give out. */
export type Straggler = Candidate & {
  nodeId: string;
  /** Seconds until its node is done with it; null where nobody can say any more. */
  leftSec: number | null;
};

/** Doing something twice has to pay: the second must be done in this part of what the first still needs. */
const worthDoingTwice = 0.6;
/** Shorter than this is not worth a start. */
const leastGainSec = 10;

/** Gives nodes that have nothing else to do the stragglers that they would finish clearly sooner; one each. */
export function assignTwins(stragglers: readonly Straggler[], idle: readonly Worker[], speedOf: SpeedBook): Pairing[] {
  const pairs: Pairing[] = [];
  const left = new Set(idle.filter(({ takesWork }) => takesWork));
  const slowestFirst = [...stragglers].sort((a, b) => secondsLeftOf(b) - secondsLeftOf(a));
  for (const task of slowestFirst) {
    const best = [...left]
      .filter((worker) => worker.nodeId !== task.nodeId && hindrance(worker, task) === null)
      .map((worker) => ({ worker, finishSec: secondsFor(task, worker, speedOf) }))
      .sort((a, b) => a.finishSec - b.finishSec || (a.worker.nodeId < b.worker.nodeId ? -1 : 1))[0];
    if (best === undefined) continue;
    const gainSec = secondsLeftOf(task) - best.finishSec;
    if (gainSec < leastGainSec || best.finishSec > secondsLeftOf(task) * worthDoingTwice) continue;
    left.delete(best.worker);
    pairs.push({ taskId: task.taskId, nodeId: best.worker.nodeId });
  }
  return pairs;
}

function secondsLeftOf({ leftSec }: Straggler): number {
  return leftSec ?? Number.POSITIVE_INFINITY;
}
