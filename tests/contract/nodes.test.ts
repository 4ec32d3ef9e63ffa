import { expect, test } from 'vitest';
import { healthRoutes } from '#main/api/routes/health.ts';
import { nodeJoined } from '#main/fleet/node-rows.ts';
import { type Health, nodeList } from '#shared/protocol/nodes.ts';
import { aCrewMember } from '#tests/helpers/a-crew-member.ts';
import { lease, plan } from '#tests/helpers/a-queue.ts';
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
        running: [{ taskId: 'j1.video-0000', jobId: 'j1', key: 'video-0000', progress: 0, fps: null, speed: null }],
        failuresInRow: 0,
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
    return { status, version: '1.0.0', uptimeSec: 7, nodes: { online: 1 }, problems: [], loops };
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
