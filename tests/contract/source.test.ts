import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceRoutes } from '#main/api/routes/source.ts';
import { claimJob, jobPlanned } from '#main/queue/probe-job.ts';
import { add, aQueue, plannedBy } from '#tests/helpers/a-queue.ts';
import { type ApiServer, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const film = '0123456789';

type Bench = { api: ApiServer; folder: string; path: string; roots: string[] };

/** Job `j`, whose film was looked at, and job `q`, whose wasn't. */
async function aBench(): Promise<Bench> {
  const folder = join(await temporaryFolder(), 'films');
  await mkdir(folder);
  const path = join(folder, 'Film #1.mp4');
  await writeFile(path, film);
  const queue = await aQueue();
  await add(queue, 'j', { input: path });
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1000 });
  if (claim === null) throw new Error('no job is queued');
  const planned = plannedBy(claim);
  await jobPlanned(queue, claim, { ...planned, plan: { ...planned.plan, sourceBytes: film.length } });
  await add(queue, 'q', { input: join(folder, 'letter.txt') });
  const roots: string[] = [];
  const api = await serveApi(sourceRoutes({ db: queue.db, roots: () => roots }), { actor: viewer });
  return { api, folder, path, roots };
}

test('the film of a job is sent in the ranges that a player asks for', async () => {
  const { api } = await aBench();
  const part = await api.get('/jobs/j/source', { range: 'bytes=2-4' });
  expect([part.status, part.text, part.headers.get('content-type')]).toEqual([206, '234', 'video/mp4']);
  expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
  const kept = await api.get('/jobs/j/source?download=1');
  expect(kept.text).toBe(film);
  expect(kept.headers.get('content-disposition')).toContain("filename*=UTF-8''Film%20%231.mp4");
});

test('what was not found to be a film, is another file by now, has gone or lies outside is not sent', async () => {
  const { api, folder, path, roots } = await aBench();
  await writeFile(join(folder, 'letter.txt'), 'Dear Ada');
  expect((await api.get('/jobs/q/source')).problem?.code).toBe('ENC-STO-001');
  expect((await api.get('/jobs/none/source')).problem?.code).toBe('ENC-JOB-004');
  roots.push(join(folder, 'elsewhere'));
  expect((await api.get('/jobs/j/source')).problem?.code).toBe('ENC-STO-002');
  roots.length = 0;
  await writeFile(path, 'another');
  expect((await api.get('/jobs/j/source')).problem?.code).toBe('ENC-STO-001');
  await rm(path);
  expect((await api.get('/jobs/j/source')).problem?.code).toBe('ENC-STO-001');
});
