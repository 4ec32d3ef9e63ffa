import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { settingRoutes } from '#main/api/routes/settings.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openSettings } from '#main/platform/settings-book.ts';
import { settingKeys } from '#main/platform/settings-sources.ts';
import { settingList } from '#shared/protocol/settings.ts';
import { type ApiServer, operator, serveApi } from '#tests/helpers/serve-api.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function aServer(actor?: typeof operator): Promise<{ api: ApiServer; path: string }> {
  const dataDir = await temporaryFolder();
  const path = join(dataDir, 'settings.json');
  await writeFile(path, '{"jobsAtOnce": 3}');
  const opened = await openSettings({
    ...{ dataDir, log: silentLogger, watchMs: 0 },
    flags: { port: 0 },
    environment: {},
  });
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => opened.book.close());
  return { api: await serveApi(settingRoutes(opened.book), actor === undefined ? {} : { actor }), path };
}

test('every setting is told with its value, where that is from, and what it may be', async () => {
  const { api } = await aServer();
  const { items, ...rest } = settingList.parse((await api.get('/settings')).body);
  expect(rest).toEqual({ total: settingKeys.length, nextCursor: null, problem: null });
  expect(items.map(({ key }) => key)).toEqual(settingKeys);
  expect(items.filter(({ origin }) => origin !== 'default')).toEqual([
    {
      key: 'port',
      value: 0,
      active: 0,
      origin: 'flag',
      where: 'the flag --port',
      default: 7420,
      description: 'TCP port; 0 takes a free one.',
      schema: expect.objectContaining({ type: 'integer', minimum: 0, maximum: 65_535 }),
      environmentName: 'ENCREW_PORT',
      needsRestart: true,
    },
    {
      key: 'jobsAtOnce',
      value: 3,
      active: 3,
      origin: 'file',
      where: 'settings.json',
      default: 2,
      description: 'How many films are worked on side by side.',
      schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 64 }),
      environmentName: 'ENCREW_JOBS_AT_ONCE',
      needsRestart: false,
    },
  ]);
  // Whoever reads the list knows of each setting what it is for.
  expect(items.filter(({ description }) => description.length < 10)).toEqual([]);
});

test('a change goes out from the list that it was made in, and another one made meanwhile is not lost', async () => {
  const { api, path } = await aServer();
  const etag = (await api.get('/settings')).headers.get('etag') ?? '';
  const changed = await api.patch('/settings', { logLevel: 'debug', host: '::1' }, { 'if-match': etag });
  expect(changed.status).toBe(200);
  const states = settingList.parse(changed.body).items;
  expect(states.find(({ key }) => key === 'host')).toMatchObject({ value: '::1', active: '127.0.0.1' });
  expect(states.find(({ key }) => key === 'logLevel')).toMatchObject({ value: 'debug', active: 'debug' });
  const next = changed.headers.get('etag') ?? '';
  expect(next).not.toBe(etag);
  expect((await api.patch('/settings', { logLevel: 'info' }, { 'if-match': etag })).problem).toMatchObject({
    code: 'ENC-SYS-008',
    details: expect.stringContaining('changed meanwhile'),
  });
  expect((await api.get('/settings', { 'if-none-match': next })).status).toBe(304);
  expect((await api.patch('/settings', { logLevel: null }, { 'if-match': `"x", ${next}` })).status).toBe(200);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ jobsAtOnce: 3, host: '::1' });
});

test('what is wrong with a change is told with its path, and what a flag holds is refused', async () => {
  const { api, path } = await aServer();
  expect((await api.patch('/settings', { jobsAtOnce: 0, roots: ['films'], rots: [] })).problem).toMatchObject({
    code: 'ENC-SYS-007',
    details: {
      faults: [
        { path: 'body.rots', message: expect.stringContaining('is no setting') },
        { path: 'body.roots', message: 'has "films", which is not an absolute path' },
        { path: 'body.jobsAtOnce', message: expect.stringContaining('is wrong') },
      ],
    },
  });
  expect((await api.patch('/settings', { port: 80 })).problem).toMatchObject({
    code: 'ENC-SYS-008',
    details: 'port is set by the flag --port, which goes before the file: change it there',
  });
  await writeFile(path, 'broken');
  expect((await api.patch('/settings', { jobsAtOnce: 4 })).problem?.code).toBe('ENC-SYS-008');
  expect(await readFile(path, 'utf8')).toBe('broken');
  expect((await api.patch('/settings', [])).problem?.code).toBe('ENC-SYS-007');
});

test('a root that is new has to be a folder that can be used; those that are there already are left alone', async () => {
  const { api, path } = await aServer();
  const films = await temporaryFolder();
  await writeFile(join(films, 'a.mkv'), 'film');
  expect((await api.patch('/settings', { roots: [films, join(films, 'a.mkv'), join(films, 'typo')] })).problem).toEqual(
    expect.objectContaining({
      code: 'ENC-SYS-007',
      details: {
        faults: [
          { path: 'body.roots.1', message: `${join(films, 'a.mkv')} is not a folder: name one` },
          { path: 'body.roots.2', message: `${join(films, 'typo')} is not there: make it, or check the path` },
        ],
      },
    }),
  );
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ jobsAtOnce: 3 });
  expect((await api.patch('/settings', { roots: [films] })).status).toBe(200);
  expect(await readdir(films)).toEqual(['a.mkv']);
  // Its disk is not there now, and another one is added meanwhile.
  await rm(films, { recursive: true });
  const other = await temporaryFolder();
  expect((await api.patch('/settings', { roots: [films, other] })).status).toBe(200);
});

test.runIf(canMount)(
  'a new root that the server may not write is refused, one on a disk for reading is not',
  async () => {
    const { api } = await aServer();
    const shelf = await smallDisk(64);
    await makeReadOnly(shelf);
    expect((await api.patch('/settings', { roots: [shelf] })).status).toBe(200);
    expect((await api.patch('/settings', { roots: ['/sys/kernel'] })).problem).toMatchObject({
      code: 'ENC-SYS-007',
      details: {
        faults: [{ path: 'body.roots.0', message: 'the server may not write /sys/kernel: change its rights' }],
      },
    });
  },
);

test('settings are for admins', async () => {
  const { api } = await aServer(operator);
  expect((await api.get('/settings')).problem?.code).toBe('ENC-AUTH-004');
  expect((await api.patch('/settings', { jobsAtOnce: 4 })).problem?.code).toBe('ENC-AUTH-004');
});
