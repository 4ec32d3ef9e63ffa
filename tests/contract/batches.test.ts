import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchRoutes } from '#main/api/routes/batches.ts';
import { RequestRefused } from '#main/api/route.ts';
import { submitJob } from '#main/api/submit-job.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { batchMade } from '#shared/protocol/jobs.ts';
import { aQueue } from '#tests/helpers/a-queue.ts';
import { operator, serveApi } from '#tests/helpers/serve-api.ts';

async function aBench() {
  const queue = await aQueue();
  const films = join(queue.dataDir, 'films');
  const rules = { builtIn: builtInProfiles, read: readProfile };
  let ids = 0;
  const newId = () => `id${++ids}`;
  const allow = async (_actor: unknown, path: string): Promise<string> => {
    if (path.startsWith('upload:')) return join(films, 'uploads', path.slice(7));
    if (!path.startsWith(queue.dataDir)) throw new RequestRefused('ENC-STO-002', `not ${path}`);
    return path;
  };
  const routes = batchRoutes({
    ...{ queue, rules, newId, allowInput: allow, allowOutput: allow, defaultTtlHours: () => null },
    submit: (wish) => submitJob(queue, rules, { ...wish, id: newId() }),
  });
  const api = await serveApi(routes, { actor: operator });
  const film = async (name: string): Promise<string> => {
    const path = join(films, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, `the film ${name}`);
    return path;
  };
  const places = async () => {
    const rows = await queue.db.selectFrom('job').select(['input', 'outputDir']).orderBy('rank').execute();
    return rows.map(({ input, outputDir }) => [input.slice(films.length), outputDir.slice(films.length)]);
  };
  return { films, film, places, post: (body: object) => api.post('/batches', { profile: 'draft', ...body }) };
}

test('a folder becomes a batch of its films, each in its own folder', async () => {
  const { films, film, places, post } = await aBench();
  await film('in/a.mkv');
  await film('in/Season 1/b.mkv');
  await film('in/notes.txt');
  const made = batchMade.parse((await post({ input: join(films, 'in'), outputDir: join(films, 'out') })).body);
  expect(made).toMatchObject({ added: 2, skipped: [], name: join(films, 'in') });
  expect(await places()).toEqual([
    ['/in/Season 1/b.mkv', '/out/Season 1'],
    ['/in/a.mkv', '/out'],
  ]);
});

test('films that are named one by one become a batch too, in folders that can’t climb', async () => {
  const { films, film, places, post } = await aBench();
  const named = [
    { input: await film('a.mkv'), folder: [] },
    { input: 'upload:b.mkv', folder: ['Show', '..', 'Season 1'] },
    { input: join(films, 'none.mkv') },
  ];
  await film('uploads/b.mkv');
  const made = batchMade.parse((await post({ films: named, outputDir: join(films, 'out'), name: 'Three' })).body);
  const input = join(films, 'none.mkv');
  const why = `${input}: there is no such file on the server: check the path`;
  expect(made).toMatchObject({ added: 2, name: 'Three', skipped: [{ input, why }] });
  expect(await places()).toEqual([
    ['/a.mkv', '/out'],
    ['/uploads/b.mkv', '/out/Show/_/Season 1'],
  ]);
});

test('a folder or films: not both, not neither, and nothing outside', async () => {
  const { films, film, post } = await aBench();
  const input = await film('a.mkv');
  const outputDir = join(films, 'out');
  const codes = [];
  for (const body of [{}, { input: films, films: [{ input }] }, { films: [{ input: '/etc/passwd' }] }, { films: [] }]) {
    codes.push((await post({ outputDir, ...body })).problem?.code);
  }
  expect(codes).toEqual(['ENC-JOB-001', 'ENC-JOB-001', 'ENC-STO-002', 'ENC-JOB-001']);
});
