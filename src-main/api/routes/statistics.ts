import type { Kysely } from 'kysely';
import { fileRootOf } from '#main/intake/file-roots.ts';
import type { Clock } from '#main/platform/clock.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { within } from '#main/platform/within.ts';
import type { Database } from '#main/store/schema.ts';
import { readStatistics, type Throughput } from '#main/store/statistics.ts';
import { jobState } from '#shared/model/job.ts';
import type { FileRoot } from '#shared/protocol/files.ts';
import { statistics, type ThroughputView } from '#shared/protocol/statistics.ts';
import { type Route, route } from '../route.ts';

export type StatisticsDeps = {
  db: Kysely<Database>;
  clock: Clock;
  /** The data folder and the roots. */
  folders: () => readonly string[];
};

/** A disk that does not answer is told as one that is away. */
const longestLookMs = 2_000;

/** What a dashboard shows. */
export function statisticsRoutes({ db, clock, folders }: StatisticsDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/statistics',
      tag: 'statistics',
      summary: 'Jobs by state, what was done in the last hours and days, and the room on the disks',
      role: 'viewer',
      answer: statistics,
      handle: async () => {
        const nowMs = clock.nowMs();
        const { byState, day, dayBefore, hours, days, averageProcessingSec } = await readStatistics(db, nowMs);
        return {
          body: {
            at: new Date(nowMs).toISOString(),
            jobs: {
              total: Object.values(byState).reduce((sum, count) => sum + count, 0),
              byState: allStates.parse({ ...noJobs, ...byState }),
            },
            day: {
              ...viewOf(day),
              completedChange: changeOf(day.completed, dayBefore.completed),
              failedChange: changeOf(day.failed, dayBefore.failed),
              averageProcessingSec,
            },
            hours: hours.map(viewOf),
            days: days.map(viewOf),
            disks: await inParallel(folders(), 4, (path) => diskOf(path, clock)),
          },
        };
      },
    }),
  ];
}

const allStates = statistics.shape.jobs.shape.byState;
const noJobs = Object.fromEntries(jobState.options.map((state) => [state, 0]));

function viewOf({ fromMs, mediaSec, ...counts }: Throughput): ThroughputView {
  return { from: new Date(fromMs).toISOString(), mediaHours: mediaSec / 3600, ...counts };
}

function changeOf(now: number, before: number): number | null {
  return before === 0 ? null : now / before - 1;
}

async function diskOf(path: string, clock: Clock): Promise<FileRoot> {
  const found = await within(longestLookMs, fileRootOf(path), clock);
  return found?.value ?? { name: path, path, isOnline: false, freeBytes: null, totalBytes: null };
}
