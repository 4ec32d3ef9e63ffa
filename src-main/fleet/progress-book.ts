import { sql } from 'kysely';
import type { QueueContext, Trx } from '#main/queue/queue-context.ts';
import type { ProgressUpdate } from '#shared/protocol/node.ts';

/** S1 4.3: the most that is taken of one task. */
const shortestMs = 200;

export type ProgressBook = {
  /** Takes the news of a task; more than five a second are dropped. */
  record: (update: ProgressUpdate) => void;
  /** Writes what came since the last time in one transaction; answers it, with the jobs it moved. */
  flush: () => Promise<ProgressPage>;
};

export type ProgressPage = { tasks: readonly TaskPace[]; jobs: readonly JobPace[] };

/** How a task gets on, and where. */
export type TaskPace = ProgressUpdate & { jobId: string; nodeId: string };

/** How a job gets on. */
export type JobPace = {
  jobId: string;
  /** 0 to 1. */
  progress: number;
  fps: number | null;
  speed: number | null;
  etaSec: number | null;
};

/** Since when a job has been getting on without a break, and how far it was then and last. */
type Run = { from: Mark; last: Mark };
type Mark = { progress: number; monotonicMs: number };

/** Nodes tell once a second: after so long a silence the job was not worked on. */
const breakMs = 30_000;

/**
 * What nodes say of their tasks, kept in memory and written once a moment: 50 nodes tell more in a second than anybody
 * reads, and a number that is lost in a crash is told again.
 */
export function progressBook(queue: QueueContext): ProgressBook {
  const latest = new Map<string, ProgressUpdate>();
  const takenMs = new Map<string, number>();
  const runs = new Map<string, Run>();

  return {
    record: (update) => {
      const nowMs = queue.clock.monotonicMs();
      if (nowMs - (takenMs.get(update.taskId) ?? -shortestMs) < shortestMs) return;
      takenMs.set(update.taskId, nowMs);
      latest.set(update.taskId, update);
    },
    flush: async () => {
      const updates = [...latest.values()];
      latest.clear();
      if (updates.length === 0) return { tasks: [], jobs: [] };
      if (takenMs.size > 10_000) takenMs.clear();
      const nowMs = queue.clock.monotonicMs();
      return queue.db.transaction().execute(async (trx) => {
        const tasks = await writeDown(trx, updates);
        const touched = new Set(tasks.map(({ jobId }) => jobId));
        const jobs: JobPace[] = [];
        for (const jobId of touched) {
          const rows = await trx
            .selectFrom('task')
            .select(['weight', 'progress', 'fps', 'speed', 'state', 'type'])
            .where('jobId', '=', jobId)
            .execute();
          const pace = paceOf(jobId, rows, runs, nowMs);
          jobs.push(pace);
          const { progress, fps, speed, etaSec } = pace;
          // Not `updatedAtMs`: a list that follows changes would never come to rest.
          await trx.updateTable('job').set({ progress, fps, speed, etaSec }).where('id', '=', jobId).execute();
        }
        for (const jobId of runs.keys()) if (runs.size > 1000 && !touched.has(jobId)) runs.delete(jobId);
        return { tasks, jobs };
      });
    },
  };
}

/**
 * All in one statement: a thousand would hold everybody up for as long as a beat may take. A task that nobody works on any
 * more, or somebody else does, stays as it is. The plus keeps SQLite from looking each leased task up in the news.
 */
async function writeDown(trx: Trx, updates: readonly ProgressUpdate[]): Promise<TaskPace[]> {
  const { rows } = await sql<{ id: string; jobId: string; nodeId: string | null }>`
    UPDATE task SET
      progress = coalesce(news.value ->> 'ratio', progress),
      fps = news.value ->> 'fps',
      speed = news.value ->> 'speed',
      bitrateBps = news.value ->> 'bitrateBps'
    FROM json_each(${JSON.stringify(updates)}) AS news
    WHERE task.id = news.value ->> 'taskId' AND task.attempt = news.value ->> 'attempt' AND +task.state = 'leased'
    RETURNING id, jobId, nodeId`.execute(trx);
  const placeOf = new Map(rows.map(({ id, jobId, nodeId }) => [id, { jobId, nodeId: nodeId ?? '' }]));
  return updates.flatMap((update) => {
    const place = placeOf.get(update.taskId);
    return place === undefined ? [] : [{ ...update, ...place }];
  });
}

type Row = { weight: number; progress: number; fps: number | null; speed: number | null; state: string; type: string };

/** Tasks count by their weight; side by side their speeds add up. */
function paceOf(jobId: string, rows: readonly Row[], runs: Map<string, Run>, nowMs: number): JobPace {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const done = rows.reduce((sum, { weight, progress }) => sum + weight * progress, 0);
  const progress = total === 0 ? 0 : Math.min(1, done / total);
  const now = { progress, monotonicMs: nowMs };
  const before = runs.get(jobId);
  const isBroken = before === undefined || nowMs - before.last.monotonicMs > breakMs || progress < before.last.progress;
  const start = isBroken ? now : before.from;
  runs.set(jobId, { from: start, last: now });
  const gained = progress - start.progress;
  const elapsedSec = (nowMs - start.monotonicMs) / 1000;
  const pictures = rows.filter(({ state, type }) => state === 'leased' && type === 'video');
  return {
    jobId,
    progress,
    fps: sum(pictures.map(({ fps }) => fps)),
    speed: sum(pictures.map(({ speed }) => speed)),
    etaSec: gained <= 0 || elapsedSec < 2 ? null : Math.round((elapsedSec * (1 - progress)) / gained),
  };
}

function sum(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? null : known.reduce((total, figure) => total + figure, 0);
}
