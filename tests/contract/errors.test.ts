import { expect, test } from 'vitest';
import type { AuditEntry } from '#main/api/audit-entry.ts';
import type { Actor } from '#main/api/route.ts';
import { errorRoutes } from '#main/api/routes/errors.ts';
import { errorEventList, errorEventView } from '#shared/protocol/errors.ts';
import { aQueue, type TestQueue } from '#tests/helpers/a-queue.ts';
import { admin, type ApiServer, operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';

type Bench = { api: ApiServer; queue: TestQueue; audited: AuditEntry[]; as: (actor: Actor | null) => void };

async function aBench(): Promise<Bench> {
  const queue = await aQueue();
  const audited: AuditEntry[] = [];
  let who: Actor | null = operator;
  const api = await serveApi(errorRoutes({ db: queue.db, clock: queue.clock }), {
    actor: () => who,
    audit: (entry) => void audited.push(entry),
  });
  return { api, queue, audited, as: (actor) => (who = actor) };
}

test('a page tells of an error, which is listed and dealt with', async () => {
  const { api, queue, audited, as } = await aBench();
  as(viewer);
  const body = { message: ' x is undefined ', stackTrace: 'at y', context: { url: '/jobs', apiToken: 'abc', line: 3 } };
  const told = await api.post('/errors', body);
  const event = {
    id: expect.any(String),
    sourceComponent: 'frontend',
    severity: 'error',
    message: 'x is undefined',
    stackTrace: 'at y',
    context: { url: '/jobs', apiToken: '[redacted]', line: 3 },
    occurrences: 1,
    createdAt: '2026-01-31T12:00:00.000Z',
    lastAt: '2026-01-31T12:00:00.000Z',
    resolved: false,
  };
  expect([told.status, told.body]).toEqual([201, event]);
  expect(audited).toEqual([]);
  queue.clock.advance(30_000);
  const again = errorEventView.parse((await api.post('/errors', body)).body);
  expect(again).toEqual({ ...event, occurrences: 2, lastAt: '2026-01-31T12:00:30.000Z' });
  as(operator);
  expect((await api.get('/errors')).body).toEqual({ items: [again], total: 1, nextCursor: null });
  expect((await api.patch(`/errors/${again.id}`, { resolved: true })).body).toEqual({ ...again, resolved: true });
  expect(audited.map(({ action }) => action)).toEqual(['PATCH /errors/{id}']);
  expect((await api.get('/errors?resolved=false')).body).toMatchObject({ items: [], total: 0 });
  expect((await api.patch(`/errors/${again.id}`, { resolved: false })).body).toEqual(again);
  expect((await api.patch('/errors/none', { resolved: true })).problem?.code).toBe('ENC-SYS-006');
});

test('errors are filtered and paged, the last ones first', async () => {
  const { api, queue } = await aBench();
  for (let n = 0; n < 5; n += 1) {
    await api.post('/errors', { message: `m${n}`, severity: n % 2 === 0 ? 'warning' : 'fatal' });
    queue.clock.advance(60_000);
  }
  const messages = async (query: string) => {
    const { items, nextCursor } = errorEventList.parse((await api.get(`/errors${query}`)).body);
    return { found: items.map(({ message }) => message), nextCursor };
  };
  const first = await messages('?limit=2');
  expect(first.found).toEqual(['m4', 'm3']);
  expect((await messages(`?limit=2&cursor=${first.nextCursor}`)).found).toEqual(['m2', 'm1']);
  expect((await messages('?severity=fatal')).found).toEqual(['m3', 'm1']);
  expect((await messages('?search=M2')).found).toEqual(['m2']);
  expect((await messages('?source=server')).found).toEqual([]);
  expect((await messages('?since=2026-01-31T12:01:00.000Z&until=2026-01-31T12:03:00.000Z')).found).toEqual([
    'm2',
    'm1',
  ]);
});

test('what a page tells is bounded in kind, size and rate', async () => {
  const { api, queue, as } = await aBench();
  const codeOf = async (body: unknown) => (await api.post('/errors', body)).problem?.code;
  for (const body of [
    {},
    { message: ' ' },
    { message: 'x'.repeat(2_001) },
    { message: 'm', stackTrace: 'x'.repeat(16_001) },
    { message: 'm', context: { text: 'x'.repeat(8_000) } },
    { message: 'm', severity: 'dire' },
    { message: 'm', sourceComponent: 'server' },
    { message: 'm', resolved: true },
  ]) {
    expect([body, await codeOf(body)]).toEqual([body, 'ENC-SYS-007']);
  }
  for (let n = 0; n < 120; n += 1) expect(await codeOf({ message: 'loop' })).toBeUndefined();
  const refused = await api.post('/errors', { message: 'loop' });
  expect([refused.problem?.code, refused.headers.get('retry-after')]).toEqual(['ENC-SYS-005', '60']);
  as(admin);
  expect(await codeOf({ message: 'another' })).toBeUndefined();
  as(operator);
  queue.clock.advance(60_000);
  expect(await codeOf({ message: 'loop' })).toBeUndefined();
  as(viewer);
  expect((await api.get('/errors')).problem?.code).toBe('ENC-AUTH-004');
  as(null);
  expect(await codeOf({ message: 'stranger' })).toBe('ENC-AUTH-001');
});
