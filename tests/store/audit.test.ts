import { expect, onTestFinished, test } from 'vitest';
import { addAudit, type AuditFilter, auditPortions, pageOfAudit } from '#main/store/audit.ts';
import { openStore } from '#main/store/open-store.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

type Row = Parameters<typeof addAudit>[1];

const row = (atMs: number, change: Partial<Row> = {}): Row => ({
  ...{ atMs, actorKind: 'user', actorId: 'u1', actorName: 'Ada', action: 'POST /jobs', resourceType: 'jobs' },
  ...{ resourceId: 'j1', result: 'success', requestId: 'r1', address: '127.0.0.1', detailsJson: '{}' },
  ...change,
});

async function storeWith(rows: readonly Row[]) {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  for (const one of rows) await addAudit(db, one);
  return db;
}

test('the audit is filtered by who, what, to what, with which result, and when', async () => {
  const db = await storeWith([
    row(100),
    row(200, { actorId: 'u2', actorName: 'Bea', action: 'POST /jobs/{id}/cancel', resourceId: 'job_7' }),
    row(300, { actorKind: 'nobody', actorId: null, actorName: '', resourceId: null, result: 'failure' }),
    row(400, { resourceType: 'users', action: 'DELETE /users/{id}', resourceId: 'jobx7' }),
  ]);
  const timesOf = async (filter: AuditFilter) => {
    const { rows, total } = await pageOfAudit(db, filter, { limit: 9, after: null });
    expect(total).toBe(rows.length);
    return rows.map(({ atMs }) => atMs);
  };
  expect(await timesOf({})).toEqual([400, 300, 200, 100]);
  expect(await timesOf({ user: 'ada' })).toEqual([400, 100]);
  expect(await timesOf({ user: 'u2' })).toEqual([200]);
  expect(await timesOf({ action: 'CANCEL' })).toEqual([200]);
  expect(await timesOf({ action: '{id}' })).toEqual([400, 200]);
  expect(await timesOf({ resourceType: 'jobs' })).toEqual([300, 200, 100]);
  expect(await timesOf({ resourceId: 'b_7' })).toEqual([200]);
  expect(await timesOf({ resourceId: '%' })).toEqual([]);
  expect(await timesOf({ resourceId: '\\' })).toEqual([]);
  expect(await timesOf({ result: 'failure' })).toEqual([300]);
  expect(await timesOf({ fromMs: 200, untilMs: 400 })).toEqual([300, 200]);
  expect(await timesOf({ user: 'Ada', resourceType: 'jobs' })).toEqual([100]);
});

test('an export goes through everything once, newest first, and leaves out what is added meanwhile', async () => {
  // Set back, the clock wrote the fourth row before the second.
  const db = await storeWith([1, 5, 5, 3, 9].map((atMs) => row(atMs)));
  for (const portion of [1, 2, 5, 9]) {
    const seen: number[] = [];
    const sizes: number[] = [];
    for await (const rows of auditPortions(db, { untilMs: 100 }, portion)) {
      await addAudit(db, row(2));
      await addAudit(db, row(50, { actorName: 'late' }));
      seen.push(...rows.filter(({ atMs }) => atMs !== 2 && atMs !== 50).map(({ id }) => id));
      sizes.push(rows.length);
    }
    expect(seen).toEqual([5, 3, 2, 4, 1]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(portion);
    await db.deleteFrom('audit').where('id', '>', 5).execute();
  }
});

test('an empty audit has nothing to export', async () => {
  const db = await storeWith([]);
  for await (const rows of auditPortions(db, {}, 2)) expect(rows).toEqual([]);
  expect(await pageOfAudit(db, {}, { limit: 2, after: null })).toEqual({ rows: [], total: 0, next: null });
});
