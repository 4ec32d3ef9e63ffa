import { request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { csvLine } from '#main/api/csv.ts';
import { addAudit } from '#main/store/audit.ts';
import { auditList } from '#shared/protocol/audit.ts';
import { benchPassword, peopleBench } from '#tests/helpers/people-bench.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

test('the audit tells who set up, signed in, changed what and was refused, without their secrets', async () => {
  const { api, bearer } = await peopleBench();
  const password = benchPassword;
  await api.post('/setup', { name: 'Ada', password }, { 'X-Request-Id': 'r1' });
  await api.post('/session', { name: 'ADA', password }, { 'X-Request-Id': 'r2' });
  await api.post('/session', { name: 'Ada', password: 'a wrong one' }, { 'X-Request-Id': 'r3' });
  const admin = await bearer('admin');
  await api.post('/users', { name: 'Bea', password, role: 'viewer' }, { ...admin, 'X-Request-Id': 'r4' });
  await api.delete('/users/nobody', { ...admin, 'X-Request-Id': 'r5' });
  const { items, total, nextCursor } = auditList.parse((await api.get('/audit', admin)).body);
  const script = { kind: 'token', id: 't1', name: 'token 1' };
  const nobody = { kind: 'nobody', id: null, name: '' };
  const ada = (name: string) => ({ kind: 'user', id: expect.any(String), name });
  const facts = items.map(({ id, actor, action, resourceType, resourceId, result, requestId }) => {
    return [id, actor, action, resourceType, resourceId, result, requestId];
  });
  const some = expect.any(String);
  expect({ facts, total, nextCursor }).toEqual({
    facts: [
      [5, script, 'DELETE /users/{id}', 'users', 'nobody', 'failure', 'r5'],
      [4, script, 'POST /users', 'users', some, 'success', 'r4'],
      [3, nobody, 'POST /session', 'session', null, 'failure', 'r3'],
      [2, ada('ADA'), 'POST /session', 'session', some, 'success', 'r2'],
      [1, ada('Ada'), 'POST /setup', 'setup', some, 'success', 'r1'],
    ],
    total: 5,
    nextCursor: null,
  });
  expect(items[1]).toMatchObject({
    ...{ at: '2026-01-31T12:00:00.000Z', address: '127.0.0.1' },
    details: { status: 201, code: null, body: { name: 'Bea', password: '[redacted]', role: 'viewer' } },
  });
  expect(JSON.stringify(items)).not.toMatch(/correct horse|a wrong one|scrypt/);
  const own = auditList.parse((await api.get(`/audit?user=${items[4]?.actor.id}`, admin)).body);
  expect(own.items.map(({ id }) => id)).toEqual([2, 1]);
});

test('the audit comes in pages of what was asked for', async () => {
  const { api, store, bearer } = await peopleBench();
  for (let i = 0; i < 7; i += 1) {
    await addAudit(store.db, {
      ...{ atMs: 1_000 * i, actorKind: 'user', actorId: 'u1', actorName: 'Ada', action: 'POST /jobs' },
      ...{ resourceType: 'jobs', resourceId: `j${i}`, result: i % 2 === 0 ? 'success' : 'failure' },
      ...{ requestId: 'r', address: '::1', detailsJson: '{}' },
    });
  }
  const admin = await bearer('admin');
  const pages: (string | null)[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const asked: string = `/audit?limit=2&result=success&to=1970-01-01T00:00:06Z${cursor && `&cursor=${cursor}`}`;
    const page = auditList.parse((await api.get(asked, admin)).body);
    expect(page.total).toBe(3);
    pages.push(page.items.map(({ resourceId }) => resourceId));
    cursor = page.nextCursor;
  }
  expect(pages).toEqual([['j4', 'j2'], ['j0']]);
  const from = encodeURIComponent('1970-01-01T02:00:05+02:00');
  const late = auditList.parse((await api.get(`/audit?from=${from}`, admin)).body);
  expect(late.items.map(({ resourceId }) => resourceId)).toEqual(['j6', 'j5']);
  expect((await api.get('/audit?from=yesterday', admin)).status).toBe(400);
  expect((await api.get('/audit?who=Ada', admin)).status).toBe(400);
});

test('the export is a file that a spreadsheet reads and does not run', async () => {
  const { api, store, bearer } = await peopleBench();
  const admin = await bearer('admin');
  await addAudit(store.db, {
    ...{ atMs: 0, actorKind: 'user', actorId: 'u1', actorName: '=HYPERLINK("http://evil.example")' },
    ...{ action: 'POST /jobs', resourceType: 'jobs', resourceId: null, result: 'success' },
    ...{ requestId: '-1', address: '::1', detailsJson: '{"a":"b\\n"}' },
  });
  const file = await api.get('/audit.csv', admin);
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="encrew-audit-2026-01-31.csv"');
  expect(file.text).toBe(
    'time,actorKind,actorId,actor,action,resourceType,resourceId,result,requestId,address,details\r\n' +
      `1970-01-01T00:00:00.000Z,user,u1,"'=HYPERLINK(""http://evil.example"")",POST /jobs,jobs,,success,'-1,::1,` +
      '"{""a"":""b\\n""}"\r\n',
  );
  const head = await api.fetch('/api/v1/audit.csv', { method: 'HEAD', headers: admin });
  expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
    200,
    '',
    'text/csv; charset=utf-8; header=present',
  ]);
  const none = await api.get('/audit.csv?user=nobody', admin);
  expect(none.text.split('\r\n')).toHaveLength(2);
});

test('cells are quoted where they must be, and formulas lose their sting', () => {
  expect(csvLine(['a', null, '', 'a b', 'a,b', 'a"b', 'a\r\nb'])).toBe('a,,,a b,"a,b","a""b","a\r\nb"\r\n');
  expect(csvLine(['=1', '+1', '-1', '@x', '\tx', '\rx', '1=1'])).toBe("'=1,'+1,'-1,'@x,'\tx,\"'\rx\",1=1\r\n");
});

test('a long export is written in portions, and not read on for whoever went away', async () => {
  const { api, store, bearer } = await peopleBench();
  const insert = store.sqlite.prepare(
    `INSERT INTO audit (atMs, actorKind, actorName, action, resourceType, result, detailsJson)
     VALUES (?, 'user', 'Ada', 'POST /jobs', 'jobs', 'success', ?)`,
  );
  store.sqlite.transaction(() => {
    for (let i = 0; i < 20_000; i += 1) insert.run(i, `{"x":"${'y'.repeat(1_000)}"}`);
  })();
  const admin = await bearer('admin');
  const prepared = vi.spyOn(store.sqlite, 'prepare');
  const whole = await api.get('/audit.csv', admin);
  expect(whole.text.trimEnd().split('\r\n')).toHaveLength(20_001);

  // What is read is counted where it is read: by the portions that the server asks of the store, always by the same statement.
  const next = prepared.mock.results.find(({ value }) => value.source.includes('(atMs, id) <'));
  if (next === undefined) throw new Error('the export has no second portion');
  const portions = vi.spyOn(next.value, 'all');
  const asked = request(`${api.url}/api/v1/audit.csv`, { headers: admin });
  const began = new Promise<void>((resolve) => {
    asked.once('response', (response) => {
      response.once('data', () => {
        response.pause();
        resolve();
      });
      response.once('error', () => {});
    });
  });
  asked.once('error', () => {});
  asked.end();
  await began;
  await waitUntil('the server waits for its reader', () => portions.mock.calls.length > 0);
  asked.destroy();
  await waitUntil('the server has let go', async () => (await api.get('/audit?limit=1', admin)).status === 200);
  expect(portions.mock.calls.length).toBeLessThan(39);
  expect(api.errors).toEqual([]);
});
