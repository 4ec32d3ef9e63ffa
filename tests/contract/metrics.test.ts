import { expect, test } from 'vitest';
import { z } from 'zod';
import { createMetrics, isFromHere, type Reading } from '#main/api/metrics.ts';
import { route } from '#main/api/route.ts';
import { serveApi, viewer } from '#tests/helpers/serve-api.ts';

const getFilm = route({
  method: 'get',
  path: '/films/{id}',
  tag: 'films',
  summary: 'One film.',
  role: 'viewer',
  params: z.strictObject({ id: z.string() }),
  answer: z.strictObject({ id: z.string() }),
  handle: async ({ params }) => ({ body: params }),
});

const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name));

test('requests are counted by route, and what the server counts is read when it is asked for', async () => {
  const jobs = (state: string, value: number): Reading => ({
    name: 'jobs',
    help: 'Jobs by state.',
    labels: { state },
    value,
  });
  let readings = [jobs('queued', 3), jobs('encoding', 1), { name: 'nodes', help: 'Nodes.', value: 2 }];
  const metrics = createMetrics(async () => readings);
  const api = await serveApi([getFilm], { metrics, actor: viewer });
  await api.get('/films/1');
  await api.get('/films/2');
  await api.get('/nowhere/1');
  const first = await api.fetch('/metrics');
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(linesOf(first.text, 'encrew_http_request_duration_seconds_count')).toEqual([
    'encrew_http_request_duration_seconds_count{method="GET",route="/films/{id}",status="200"} 2',
    'encrew_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
  ]);
  expect([...linesOf(first.text, 'encrew_jobs'), ...linesOf(first.text, 'encrew_nodes')]).toEqual([
    'encrew_jobs{state="queued"} 3',
    'encrew_jobs{state="encoding"} 1',
    'encrew_nodes 2',
  ]);
  expect(linesOf(first.text, 'encrew_process_resident_memory_bytes')).toHaveLength(1);

  readings = [jobs('encoding', 4)];
  expect(linesOf((await api.fetch('/metrics')).text, 'encrew_jobs')).toEqual(['encrew_jobs{state="encoding"} 4']);
});

test('only this machine itself reads them without a token, not what comes through its proxy', async () => {
  const metrics = createMetrics(async () => []);
  const stranger = await serveApi([], { metrics, actor: null });
  expect((await stranger.fetch('/metrics')).status).toBe(200);
  const proxied = { headers: { 'X-Forwarded-For': '127.0.0.1' } };
  expect((await stranger.fetch('/metrics', proxied)).problem?.code).toBe('ENC-AUTH-001');
  const known = await serveApi([], { metrics, actor: viewer });
  expect((await known.fetch('/metrics', proxied)).status).toBe(200);
  expect(
    ['127.0.0.1', '127.8.8.8', '::1', '192.168.1.7', '10.0.0.1', '::2', ''].map((one) => isFromHere(one, {})),
  ).toEqual([...[true, true, true], ...[false, false, false, false]]);
});

test('without figures there is no page for them', async () => {
  expect((await (await serveApi([])).fetch('/metrics')).status).toBe(404);
});
