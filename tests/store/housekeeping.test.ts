import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '#main/platform/logger.ts';
import { giveBackSpace, housekeeping, removeOldPartials } from '#main/store/housekeeping.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { pruneJobEvents, prunings } from '#main/store/prune.ts';
import { backupFolder } from '#main/store/store-files.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = 1_000 * dayMs;

async function opened(): Promise<Store> {
  return openStore(await temporaryFolder());
}

/** Rows of every pruned table, some just old enough to go and some not. */
async function fill({ sqlite }: Store): Promise<void> {
  const run = (sql: string, ...values: readonly (string | number | null)[]) => sqlite.prepare(sql).run(...values);
  for (const [key, atMs] of [
    ['old', nowMs - dayMs - 1],
    ['older', nowMs - 2 * dayMs],
    ['new', nowMs - dayMs],
  ] as const)
    run(`INSERT INTO idempotency VALUES ('a', ?, 'h', 201, '{}', ?)`, key, atMs);
  run(`INSERT INTO user VALUES ('u', 'Ada', 'admin', 'x', 1, 1, NULL)`);
  for (const [id, untilMs] of [
    ['expired', nowMs],
    ['valid', nowMs + 1],
  ] as const)
    run(`INSERT INTO session VALUES (?, 'u', 1, 1, ?, NULL)`, id, untilMs);
  run(`INSERT INTO webhook VALUES ('w', 'https://x', '[]', 's', 1, NULL, '', NULL, 1, 1)`);
  for (const [id, state, finishedAtMs] of [
    ['old', 'delivered', nowMs - 30 * dayMs - 1],
    ['new', 'failed', nowMs - 30 * dayMs],
    ['pending', 'pending', null],
  ] as const)
    run(
      `INSERT INTO webhookDelivery (id, webhookId, eventId, eventType, payloadJson, state, attempts, createdAtMs, finishedAtMs)
       VALUES (?, 'w', 'e', 't', '{}', ?, 1, 1, ?)`,
      id,
      state,
      finishedAtMs,
    );
  for (const [id, atMs, resolved] of [
    ['old', nowMs - 90 * dayMs - 1, 1],
    ['new', nowMs - 90 * dayMs, 1],
    ['open', 1, 0],
  ] as const)
    run(`INSERT INTO errorEvent VALUES (?, 'c', 'warning', 'm', NULL, '{}', 1, ?, ?, ?)`, id, atMs, atMs, resolved);
  run(`INSERT INTO audit (atMs, actorKind, actorName, action, resourceType, result, detailsJson)
       VALUES (1, 'user', 'Ada', 'x', 'job', 'ok', '{}')`);
}

const idsOf = ({ sqlite }: Store, table: string, id = 'id'): unknown[] =>
  sqlite.prepare(`SELECT ${id} FROM ${table} ORDER BY rowid`).pluck().all();

const left = (store: Store) => ({
  idempotency: idsOf(store, 'idempotency', 'key'),
  session: idsOf(store, 'session', 'idHash'),
  webhookDelivery: idsOf(store, 'webhookDelivery'),
  errorEvent: idsOf(store, 'errorEvent'),
  audit: idsOf(store, 'audit').length,
});

const afterwards = {
  idempotency: ['new'],
  session: ['valid'],
  webhookDelivery: ['new', 'pending'],
  errorEvent: ['new', 'open'],
  audit: 1,
};

test('what is past its time goes, and nothing else', async () => {
  const store = await opened();
  await fill(store);
  const gone = [];
  for (const prune of Object.values(prunings)) gone.push(await prune(store.db, nowMs, 100));
  expect(gone).toEqual([2, 1, 1, 1]);
  expect(left(store)).toEqual(afterwards);
  await store.close();
});

test('a portion is no larger than asked for, and takes the oldest', async () => {
  const store = await opened();
  await fill(store);
  expect(await prunings.idempotency(store.db, nowMs, 1)).toBe(1);
  expect(idsOf(store, 'idempotency', 'key')).toEqual(['old', 'new']);
  await store.close();
});

/** Events 1 to `count` of a job that became `state` at `finishedAtMs`. */
function addJob({ sqlite }: Store, id: string, state: string, finishedAtMs: number | null, count: number): void {
  sqlite.prepare(`INSERT OR IGNORE INTO profileSnapshot VALUES ('h', '{}')`).run();
  const job = {
    ...{ id, state, finishedAtMs, priority: 0, rank: 1, input: '/f', profileName: 'p', profileVersion: 1 },
    ...{ profileHash: 'h', outputDir: '/o', optionsJson: '{}', progress: 0, findingsJson: '[]', attempt: 0 },
    ...{ mountsJson: '{}', createdAtMs: 1, updatedAtMs: 1 },
  };
  const names = Object.keys(job);
  sqlite.prepare(`INSERT INTO job (${names.join(', ')}) VALUES (@${names.join(', @')})`).run(job);
  const event = sqlite.prepare(`INSERT INTO jobEvent (jobId, kind, atMs) VALUES (?, 'state', 1)`);
  for (let i = 0; i < count; i++) event.run(id);
}

const readUpTo = (store: Store, reader: string, value: number) =>
  store.db
    .insertInto('cursor')
    .values({ name: reader, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();

test('timelines go with jobs that ended long ago, and never before their readers have read them', async () => {
  const store = await opened();
  const cutMs = nowMs - 30 * dayMs;
  addJob(store, 'long-done', 'completed', cutMs - 1, 3);
  addJob(store, 'just-done', 'completed', cutMs, 2);
  addJob(store, 'running', 'encoding', null, 2);
  addJob(store, 'retried', 'queued', cutMs - 1, 1);
  addJob(store, 'cancelled', 'cancelled', cutMs - 1, 2);
  const portion = { nowMs, keptMs: 30 * dayMs, limit: 4 };

  expect(await pruneJobEvents(store.db, { ...portion, afterId: 0 })).toEqual({ deleted: 0, lastId: null });
  await readUpTo(store, 'webhooks', 2);
  await readUpTo(store, 'intake', 100);
  expect(await pruneJobEvents(store.db, { ...portion, afterId: 0 })).toEqual({ deleted: 2, lastId: null });
  await readUpTo(store, 'webhooks', 100);
  // 3 of the first job, 4 and 5 of the second, 6 and 7 of the one that runs: four at a time.
  expect(await pruneJobEvents(store.db, { ...portion, afterId: 0 })).toEqual({ deleted: 1, lastId: 6 });
  expect(await pruneJobEvents(store.db, { ...portion, afterId: 6 })).toEqual({ deleted: 2, lastId: 10 });
  expect(await pruneJobEvents(store.db, { ...portion, afterId: 10 })).toEqual({ deleted: 0, lastId: null });
  expect(idsOf(store, 'jobEvent', 'jobId')).toEqual(['just-done', 'just-done', 'running', 'running', 'retried']);
  expect(idsOf(store, 'job')).toHaveLength(5);
  await store.close();
});

test('how long timelines are kept is read anew each turn, and what is too old by then goes at once', async () => {
  const store = await opened();
  addJob(store, 'done', 'completed', nowMs - 40 * dayMs, 2);
  await readUpTo(store, 'webhooks', 100);
  let keptDays = 60;
  const eventsKeptMs = () => keptDays * dayMs;
  const keeping = housekeeping({ store, clock: handClock(nowMs), log: silentLogger, backupsKept: 0, eventsKeptMs });
  const { signal } = new AbortController();
  await keeping.turn(signal);
  expect(idsOf(store, 'jobEvent', 'jobId')).toEqual(['done', 'done']);
  keptDays = 30;
  await keeping.turn(signal);
  expect(idsOf(store, 'jobEvent', 'jobId')).toEqual([]);
  await keeping.stop();
  await store.close();
});

test('space of what was deleted goes back to the disk, in portions', async () => {
  const store = await opened();
  const bytes = async () => (await stat(store.path)).size;
  const insert = store.sqlite.prepare('INSERT INTO cursor VALUES (?, 1)');
  store.sqlite.transaction(() => {
    for (let i = 0; i < 6_000; i++) insert.run(`${i} ${'x'.repeat(4_000)}`);
  })();
  store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  const full = await bytes();
  store.sqlite.exec('DELETE FROM cursor');
  let portions = 1;
  while (portions < 100 && (await giveBackSpace(store))) portions++;
  store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  expect(full).toBeGreaterThan(48_000_000);
  // 16 MiB stay for what comes next.
  expect(await bytes()).toBeLessThan(17.5 * 2 ** 20);
  expect(portions).toBeGreaterThan(5);
  await store.close();
});

test('a turn does it all, and the server answers between its portions', async () => {
  const store = await opened();
  await fill(store);
  const old = store.sqlite.prepare(`INSERT INTO idempotency VALUES ('b', ?, 'h', 201, '{}', 1)`);
  store.sqlite.transaction(() => {
    for (let i = 0; i < 5_500; i++) old.run(String(i));
  })();
  let breaths = 0;
  const breathe = (): void => {
    breaths += 1;
    if (breaths < 1_000) setImmediate(breathe);
  };
  setImmediate(breathe);
  const keeping = housekeeping({ store, clock: handClock(nowMs), log: silentLogger, backupsKept: 0 });
  await keeping.turn(new AbortController().signal);
  expect(left(store)).toEqual(afterwards);
  expect(breaths).toBeGreaterThan(6);
  expect(keeping.lastBackup()).toBeNull();
  await keeping.stop();
  await store.close();
});

test('what a crash left half-written goes after a day, and nothing else', async () => {
  const dataDir = await temporaryFolder();
  await mkdir(backupFolder(dataDir));
  const id = '8a2f8e0c-7a5e-4c3c-9f57-0f3f5f6a7b8c';
  const young = id.replace('8a2f', '9b30');
  const names = [`encrew.db.${id}.partial`, `encrew.db.${id}.partial-wal`, 'encrew.db', 'mine.partial'];
  for (const name of names) await writeFile(join(dataDir, name), 'x');
  await writeFile(join(backupFolder(dataDir), `encrew-20260102T030405Z.db.${id}.partial`), 'x');
  await writeFile(join(dataDir, `encrew.db.${young}.partial`), 'x');
  for (const name of [...names, join('backups', `encrew-20260102T030405Z.db.${id}.partial`)])
    await utimes(join(dataDir, name), 0, 1_000);
  await removeOldPartials(dataDir, 1_000_000 + dayMs + 1);
  expect((await readdir(dataDir)).toSorted()).toEqual([
    'backups',
    'encrew.db',
    `encrew.db.${young}.partial`,
    'mine.partial',
  ]);
  expect(await readdir(backupFolder(dataDir))).toEqual([]);
});
