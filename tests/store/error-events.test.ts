import { expect, onTestFinished, test } from 'vitest';
import { tellingLogger } from '#main/platform/telling-logger.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { errorEventPage, recordErrors } from '#main/store/error-events.ts';
import { errorSink, type ErrorReport } from '#main/store/error-sink.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function aStore(): Promise<{ store: Store; clock: HandClock }> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  return { store, clock: handClock(Date.parse('2026-01-31T12:00:00.000Z')) };
}

function report(message: string, set: Partial<ErrorReport> = {}): ErrorReport {
  return { sourceComponent: 'server', severity: 'error', message, stackTrace: null, context: {}, ...set };
}

async function kept({ db }: Store): Promise<unknown[]> {
  const { rows } = await errorEventPage(db, {}, { limit: 200, after: null });
  return rows.map(({ message, severity, occurrences, sourceComponent }) => [
    message,
    severity,
    sourceComponent,
    occurrences,
  ]);
}

test('the same error within a minute counts up, and one that was dealt with begins anew', async () => {
  const { store, clock } = await aStore();
  const sink = errorSink(store.db, clock);
  const startMs = clock.nowMs();
  for (let n = 0; n < 5; n += 1) sink.add(report('disk away'));
  sink.add(report('disk away', { sourceComponent: 'node:b' }));
  sink.add(report('disk away', { severity: 'fatal' }));
  clock.advance(1_000);
  await sink.flush();
  clock.advance(58_000);
  sink.add(report('disk away'));
  await sink.flush();
  expect(await kept(store)).toEqual([['disk away', 'error', 'server', 6], expect.anything(), expect.anything()]);
  const first = await store.db.selectFrom('errorEvent').selectAll().where('occurrences', '=', 6).executeTakeFirst();
  expect(first).toMatchObject({ createdAtMs: startMs, lastAtMs: startMs + 59_000 });
  // A minute of silence, and it is another one.
  clock.advance(60_000);
  sink.add(report('disk away'));
  await sink.flush();
  await store.db.updateTable('errorEvent').set({ resolved: 1 }).execute();
  sink.add(report('disk away'));
  await sink.flush();
  expect((await kept(store)).filter((row) => String(row).startsWith('disk away,error,server'))).toEqual([
    ['disk away', 'error', 'server', 1],
    ['disk away', 'error', 'server', 1],
    ['disk away', 'error', 'server', 6],
  ]);
});

test('a flood is cut to a hundred different errors a second, and told as one', async () => {
  const { store, clock } = await aStore();
  const sink = errorSink(store.db, clock);
  for (let n = 0; n < 1_000; n += 1) sink.add(report(`error ${n}`));
  expect(clock.pendingMs()).toEqual([1_000]);
  clock.advance(1_000);
  await sink.flush();
  const rows = await kept(store);
  expect(rows).toHaveLength(101);
  const more = await store.db
    .selectFrom('errorEvent')
    .select(['severity', 'contextJson'])
    .where('message', 'like', 'more errors%')
    .executeTakeFirst();
  expect(more).toEqual({ severity: 'warning', contextJson: '{"count":900}' });
});

test('what is reported is cut to a bounded size', async () => {
  const { store, clock } = await aStore();
  const sink = errorSink(store.db, clock);
  const long = 'x'.repeat(100_000);
  sink.add(report(long, { stackTrace: long, context: { long, count: 1n } }));
  await sink.flush();
  const row = await store.db.selectFrom('errorEvent').selectAll().executeTakeFirstOrThrow();
  expect([row.message.length, row.stackTrace?.length, row.contextJson.length]).toEqual([2_000, 16_000, 1_013]);
  expect(JSON.parse(row.contextJson)).toEqual({ cut: `{"long":"${'x'.repeat(991)}` });
});

test('the table keeps its newest events', async () => {
  const { store } = await aStore();
  const event = { sourceComponent: 'server', severity: 'error', stackTrace: null, contextJson: '{}' } as const;
  const events = Array.from({ length: 12 }, (_, n) => ({
    ...{ ...event, id: `e${n}`, message: `m${n}`, occurrences: 1 },
    atMs: n * 100_000,
  }));
  await recordErrors(store.db, events.slice(0, 8), 5);
  await recordErrors(store.db, events.slice(8), 5);
  const { rows, total } = await errorEventPage(store.db, {}, { limit: 1, after: null });
  expect([rows[0]?.id, total]).toEqual(['e11', 5]);
});

test('a store that can not be written costs the report and nothing else', async () => {
  const { store, clock } = await aStore();
  const sink = errorSink(store.db, clock);
  await store.close();
  sink.add(report('lost'));
  await expect(sink.flush()).resolves.toBeUndefined();
});

test('error lines of a log are told with their stack and their facts, and are logged as before', () => {
  const lines: unknown[] = [];
  const told: unknown[] = [];
  const log = tellingLogger({ ...silentLogger, error: (...line) => lines.push(line) }, (line) => told.push(line));
  const stack = 'Error: no\n    at there (file.ts:1:1)';
  log.error({ path: '/a', error: stack }, 'a loop failed');
  log.error({ error: 'ENOSPC' }, 'no space');
  log.error({ path: '/b' }, 'no facts');
  log.warn({}, 'only a warning');
  expect(lines).toEqual([
    [{ path: '/a', error: stack }, 'a loop failed'],
    [{ error: 'ENOSPC' }, 'no space'],
    [{ path: '/b' }, 'no facts'],
  ]);
  expect(told).toEqual([
    { message: 'a loop failed: Error: no', stackTrace: stack, context: { path: '/a' } },
    { message: 'no space: ENOSPC', stackTrace: null, context: {} },
    { message: 'no facts', stackTrace: null, context: { path: '/b' } },
  ]);
});
