import { expect, test } from 'vitest';
import { healthRoutes } from '#main/api/routes/health.ts';
import { nodeJoined } from '#main/fleet/node-rows.ts';
import { nodeLimits } from '#shared/model/node.ts';
import { type Health, nodeInvite, nodeList } from '#shared/protocol/nodes.ts';
import { aCrewMember } from '#tests/helpers/a-crew-member.ts';
import { readInviteCode } from '#main/platform/invite-code.ts';
import { findNodeByKey, pairNode } from '#main/store/nodes.ts';
import { lease, plan, taskStates } from '#tests/helpers/a-queue.ts';
import { type JobsBench, jobsBench } from '#tests/helpers/jobs-bench.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';

async function join({ queue, crew }: JobsBench, nodeId: string, isLocal = false): Promise<void> {
  const hello = { protocol: 1, nodeId, name: `Node ${nodeId}`, version: '1.0.0', offer, running: [] };
  await nodeJoined(queue, { ...hello, isLocal });
  crew.join(aCrewMember(nodeId));
  queue.clock.advance(1_000);
}

test('the crew is told with what each does, here or away, in pages', async () => {
  const bench = await jobsBench();
  await join(bench, 'local', true);
  await join(bench, 'far');
  await bench.add('a.mkv');
  await plan(bench.queue);
  await lease(bench.queue, 'j1', 'video-0000', 'local');
  const gone = bench.crew.find('far');
  if (gone !== null) bench.crew.leave(gone);
  bench.as(viewer);
  const first = await bench.api.get('/nodes?limit=1');
  expect(first.body).toEqual({
    total: 2,
    nextCursor: expect.any(String),
    items: [
      {
        ...{ id: 'local', name: 'Node local', isLocal: true, state: 'online', version: '1.0.0', protocol: 1, offer },
        running: [
          {
            taskId: 'j1.video-0000',
            jobId: 'j1',
            input: `${bench.films}/a.mkv`,
            key: 'video-0000',
            progress: 0,
            fps: null,
            speed: null,
          },
        ],
        ...{ ownName: 'Node local', limits: nodeLimits.parse({}), tags: [], pathMaps: [], pairedAt: null },
        speeds: [],
        linkBps: null,
        failuresInRow: 0,
        setAsideUntil: null,
        lastSeenAt: '2026-01-31T12:00:00.000Z',
        connectedAt: '2026-01-31T12:00:00.000Z',
      },
    ],
  });
  const { nextCursor } = nodeList.parse(first.body);
  expect((await bench.api.get(`/nodes?limit=1&cursor=${nextCursor}`)).body).toMatchObject({
    items: [{ id: 'far', isLocal: false, state: 'offline', running: [] }],
    nextCursor: null,
  });
  expect((await bench.api.get('/nodes/far')).body).toMatchObject({ id: 'far', state: 'offline' });
});

test('an admin drains a node and gives it work again; nobody else does', async () => {
  const bench = await jobsBench();
  await join(bench, 'local', true);
  expect((await bench.api.post('/nodes/local/drain')).body).toMatchObject({ state: 'draining' });
  expect(bench.crew.find('local')?.draining).toBe(true);
  expect((await bench.api.post('/nodes/local/undrain')).body).toMatchObject({ state: 'online' });
  expect(bench.crew.find('local')?.draining).toBe(false);
  for (const actor of [operator, viewer]) {
    bench.as(actor);
    expect((await bench.api.post('/nodes/local/drain')).problem?.code).toBe('ENC-AUTH-004');
  }
});

/** A paired node; answers its id. */
async function pair({ queue }: JobsBench, keyHash: string): Promise<string> {
  const node = { keyHash, name: 'Attic', version: '1.0.0', protocol: 1 };
  return queue.db.transaction().execute((trx) => pairNode(trx, node, queue.clock.nowMs()));
}

test('a paired node is shown before it has connected, and what people set for it reaches it', async () => {
  const bench = await jobsBench();
  const id = await pair(bench, 'k1');
  expect((await bench.api.get(`/nodes/${id}`)).body).toMatchObject({
    ...{ name: 'Attic', state: 'offline', offer: null, pairedAt: '2026-01-31T12:00:00.000Z' },
  });
  const told: unknown[] = [];
  const member = { ...aCrewMember(id), orders: (message: unknown) => void told.push(message) };
  bench.crew.join(member);
  const limits = { ...nodeLimits.parse({}), threads: 4, cpuSet: '0-3' };
  const pathMaps = [{ serverPath: '/films', nodePath: 'Z:\\films' }];
  const answer = await bench.api.patch(`/nodes/${id}`, {
    ...{ givenName: ' Upstairs ', tags: ['gpu-box', 'gpu-box'], pathMaps },
    limits: { threads: 4, cpuSet: '0-3' },
  });
  const set = { name: 'Upstairs', ownName: 'Attic', limits, tags: ['gpu-box'], pathMaps };
  expect(answer).toMatchObject({ status: 200, body: set });
  expect([told, member.tags]).toEqual([[{ limits, pathMaps }], ['gpu-box']]);
  expect((await bench.api.patch(`/nodes/${id}`, { givenName: null })).body).toMatchObject({
    ...set,
    name: 'Attic',
  });
  for (const body of [
    { tags: ['No'] },
    { limits: { niceness: 40 } },
    { limits: { cpuSet: '0;reboot' } },
    { id: 'x' },
  ]) {
    expect((await bench.api.patch(`/nodes/${id}`, body)).problem?.code).toBe('ENC-SYS-007');
  }
  expect(told).toHaveLength(2);
});

test('a removed node is cut off, gives what it had to others, and can be paired again as itself', async () => {
  const bench = await jobsBench();
  const id = await pair(bench, 'k1');
  await bench.api.patch(`/nodes/${id}`, { givenName: 'Upstairs' });
  bench.crew.join(aCrewMember(id));
  await bench.add('a.mkv');
  await plan(bench.queue);
  await lease(bench.queue, 'j1', 'video-0000', id);
  expect((await bench.api.delete(`/nodes/${id}`)).status).toBe(204);
  expect([bench.cutOff, bench.crew.members(), await taskStates(bench.queue, 'j1')]).toEqual([
    ['k1'],
    [],
    expect.arrayContaining(['video-0000 ready']),
  ]);
  expect(await findNodeByKey(bench.queue.db, 'k1')).toMatchObject({ id, revokedAtMs: bench.queue.clock.nowMs() });
  expect(nodeList.parse((await bench.api.get('/nodes')).body)).toMatchObject({ total: 0, items: [] });
  for (const answer of [
    await bench.api.delete(`/nodes/${id}`),
    await bench.api.get(`/nodes/${id}`),
    await bench.api.patch(`/nodes/${id}`, { givenName: 'x' }),
    await bench.api.post(`/nodes/${id}/drain`),
    await bench.api.post(`/nodes/${id}/restart`),
    await bench.api.post(`/nodes/${id}/prove`),
  ]) {
    expect(answer.problem).toMatchObject({ code: 'ENC-WRK-001', details: `There is no node ${id}.` });
  }
  expect(await pair(bench, 'k1')).toBe(id);
  expect((await bench.api.get(`/nodes/${id}`)).body).toMatchObject({ name: 'Upstairs', state: 'offline' });
});

test('the server’s own node can’t be removed', async () => {
  const bench = await jobsBench();
  await join(bench, 'local', true);
  expect((await bench.api.delete('/nodes/local')).problem).toMatchObject({
    code: 'ENC-SYS-008',
    details: 'This is the server’s own node: drain it, or switch the setting "node" off.',
  });
  expect(bench.crew.find('local')).not.toBeNull();
});

test('a node that is here can be told to begin anew', async () => {
  const bench = await jobsBench();
  const id = await pair(bench, 'k1');
  expect((await bench.api.post(`/nodes/${id}/restart`)).problem).toMatchObject({
    code: 'ENC-WRK-003',
    details: 'Attic is not connected.',
  });
  let told = 0;
  bench.crew.join({ ...aCrewMember(id), restart: () => (told += 1) });
  expect((await bench.api.post(`/nodes/${id}/restart`)).status).toBe(202);
  expect(told).toBe(1);
});

test('a node that is here is told by an operator to try again what failed its trial', async () => {
  const bench = await jobsBench();
  const id = await pair(bench, 'k1');
  bench.as(operator);
  expect((await bench.api.post(`/nodes/${id}/prove`)).problem).toMatchObject({
    code: 'ENC-WRK-003',
    details: 'Attic is not connected.',
  });
  let told = 0;
  bench.crew.join({ ...aCrewMember(id), prove: () => (told += 1) });
  expect(await bench.api.post(`/nodes/${id}/prove`)).toMatchObject({ status: 202, body: { id } });
  bench.as(viewer);
  expect((await bench.api.post(`/nodes/${id}/prove`)).problem?.code).toBe('ENC-AUTH-004');
  expect(told).toBe(1);
});

test('an admin makes codes for nodes, only so many, and nobody else does', async () => {
  const bench = await jobsBench();
  const made = nodeInvite.parse((await bench.api.post('/nodes/invites')).body);
  expect(made).toEqual({
    ...{ id: made.code.slice(0, 4), expiresAt: '2026-01-31T12:10:00.000Z' },
    code: expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/),
  });
  const rows = await bench.queue.db.selectFrom('invite').selectAll().execute();
  const secret = readInviteCode(made.code)?.secret ?? '';
  expect([secret.length, JSON.stringify(rows).includes(secret)]).toEqual([16, false]);
  for (let i = 1; i < 20; i += 1) await bench.api.post('/nodes/invites');
  expect((await bench.api.post('/nodes/invites')).problem?.code).toBe('ENC-SYS-008');
  bench.queue.clock.advance(10 * 60_000);
  expect((await bench.api.post('/nodes/invites')).status).toBe(201);
  for (const actor of [operator, viewer]) {
    bench.as(actor);
    const refused = [
      await bench.api.post('/nodes/invites'),
      await bench.api.delete('/nodes/x'),
      await bench.api.patch('/nodes/x', {}),
      await bench.api.post('/nodes/x/restart'),
    ];
    expect(refused.map(({ problem }) => problem?.code)).toEqual(refused.map(() => 'ENC-AUTH-004'));
  }
});

test('a node that there is not is told so', async () => {
  const { api } = await jobsBench();
  for (const answer of [await api.get('/nodes/none'), await api.post('/nodes/none/drain')]) {
    expect(answer).toMatchObject({
      status: 404,
      problem: { code: 'ENC-WRK-001', details: 'There is no node none.' },
    });
  }
});

test('health needs no token, and is a 503 while something does not turn', async () => {
  let status: Health['status'] = 'ok';
  const asked: boolean[] = [];
  const look = (isKnown: boolean): Health => {
    asked.push(isKnown);
    const loops = [{ name: 'dispatch', isHealthy: status !== 'failing', lastOkAt: null, failuresInRow: 0 }];
    return { status, version: '1.0.0', uptimeSec: 7, nodes: { online: 1 }, lastBackupAt: null, problems: [], loops };
  };
  const stranger = await serveApi(healthRoutes(look), { actor: null });
  expect(await stranger.get('/health')).toMatchObject({ status: 200, body: { status: 'ok', uptimeSec: 7 } });
  status = 'degraded';
  expect((await stranger.get('/health')).status).toBe(200);
  status = 'failing';
  const bad = await fetch(`${stranger.url}/api/v1/health`);
  expect([bad.status, await bad.json()]).toMatchObject([503, { status: 'failing' }]);
  status = 'ok';
  const known = await serveApi(healthRoutes(look), { actor: viewer });
  await known.get('/health');
  // What went wrong names paths and more: that is for those who signed in.
  expect(asked).toEqual([false, false, false, true]);
});
