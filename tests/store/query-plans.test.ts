import { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { progressBook } from '#main/fleet/progress-book.ts';
import { queuedMounts } from '#main/queue/next-job.ts';
import { expireJobs } from '#main/queue/steer-job.ts';
import { StoreDialect } from '#main/store/dialect.ts';
import { uncountedPackages } from '#main/store/made-packages.ts';
import type { Database } from '#main/store/schema.ts';
import { add, aQueue, type TestQueue } from '#tests/helpers/a-queue.ts';

/** How SQLite finds the rows of each question that is asked meanwhile. */
async function plansOf(queue: TestQueue, ask: (queue: TestQueue) => Promise<unknown>): Promise<string[]> {
  const { sqlite } = queue.store;
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const db = new Kysely<Database>({
    dialect: new StoreDialect(sqlite),
    log: ({ query }) => void (/^\s*(select|UPDATE|WITH)/.test(query.sql) && asked.push(query)),
  });
  await ask({ ...queue, db });
  return asked.flatMap(({ sql, parameters }) =>
    sqlite
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail),
  );
}

test('which jobs did not begin in time is asked each second, and never reads those that still have time', async () => {
  expect(await plansOf(await aQueue(), expireJobs)).toEqual([
    'SEARCH job USING INDEX job_expires (state=? AND expiresAtMs<?)',
  ]);
});

test('which jobs may be begun is found in leaps, never by reading the whole queue', async () => {
  const queue = await aQueue();
  await add(queue, 'a');
  const plans = await plansOf(queue, ({ db }) => queuedMounts(db, 0));
  expect(plans.filter((step) => / job\b/.test(step))).toEqual([
    'SEARCH job USING INDEX job_lane',
    'SEARCH job USING INDEX job_lane (lane>?)',
    'SEARCH job USING INDEX job_lane (lane=?)',
    'SEARCH job USING INDEX sqlite_autoindex_job_1 (id=?)',
  ]);
});

test('packages that were not counted yet are looked for among the latest, not among all', async () => {
  const [first, ...rest] = await plansOf(await aQueue(), ({ db }) => uncountedPackages(db, 0, 100));
  expect(first).toBe('SEARCH job USING INDEX job_finished (finishedAtMs>?)');
  expect(rest.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
});

test('news of tasks are written to each task by its name, not found among all that run', async () => {
  const plans = await plansOf(await aQueue(), (queue) => {
    const book = progressBook(queue);
    book.record({ taskId: 'a.audio', attempt: 1, ratio: 0.5, fps: null, speed: null, bitrateBps: null });
    return book.flush();
  });
  expect(plans).toEqual([
    expect.stringContaining('SCAN news VIRTUAL TABLE'),
    'SEARCH task USING INDEX sqlite_autoindex_task_1 (id=?)',
  ]);
});
