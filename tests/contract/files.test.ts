import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { fileRoutes } from '#main/api/routes/files.ts';
import type { Actor } from '#main/api/route.ts';
import type { PathRules } from '#main/platform/path-rules.ts';
import { fileList, fileRootList } from '#shared/protocol/files.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { admin, type ApiServer, operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const atMs = Date.parse('2026-01-31T12:00:00.000Z');

type Bench = {
  base: string;
  films: string;
  api: ApiServer;
  clock: HandClock;
  rules: PathRules;
  held: { by: string | null };
};

async function aBench(actor: Actor = operator, set: Partial<PathRules> = {}): Promise<Bench> {
  const base = await temporaryFolder();
  const films = join(base, 'films');
  await mkdir(films);
  const clock = handClock(Date.now() + 60_000);
  const rules = { roots: [films], shared: [], closed: [], ...set };
  const held: Bench['held'] = { by: null };
  const routes = fileRoutes({ clock, pathRules: async () => rules, rootsHeldBy: () => held.by });
  return { base, films, clock, rules, held, api: await serveApi(routes, { actor }) };
}

async function put(folder: string, names: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, sizeBytes] of Object.entries(names)) {
    const path = join(folder, name);
    if (name.endsWith('/')) await mkdir(path);
    else await writeFile(path, 'x'.repeat(sizeBytes));
    await utimes(path, new Date(atMs), new Date(atMs + sizeBytes * 1000));
  }
}

async function browse(api: ApiServer, folder: string, query = ''): Promise<z.infer<typeof fileList>> {
  const answer = await api.get(`/files?path=${encodeURIComponent(folder)}${query}`);
  return fileList.parse(answer.body);
}

async function namesOf(api: ApiServer, folder: string, query = ''): Promise<string[]> {
  return (await browse(api, folder, query)).items.map(({ name }) => name);
}

test('a folder is told with its folders first and numbers in their order', async () => {
  const { api, films } = await aBench();
  await put(films, { 'Part 10.mkv': 3, 'part 2.MKV': 5, 'notes.txt': 1, 'Season 1/': 7, '.hidden': 1 });
  const plain = { fault: null, isDirectory: false };
  expect(await browse(api, films)).toEqual({
    path: films,
    parent: null,
    items: [
      {
        ...plain,
        name: 'Season 1',
        path: join(films, 'Season 1'),
        isDirectory: true,
        sizeBytes: null,
        modifiedAt: '2026-01-31T12:00:07.000Z',
        isMedia: false,
      },
      {
        ...plain,
        name: 'notes.txt',
        path: join(films, 'notes.txt'),
        sizeBytes: 1,
        modifiedAt: '2026-01-31T12:00:01.000Z',
        isMedia: false,
      },
      {
        ...plain,
        name: 'part 2.MKV',
        path: join(films, 'part 2.MKV'),
        sizeBytes: 5,
        modifiedAt: '2026-01-31T12:00:05.000Z',
        isMedia: true,
      },
      {
        ...plain,
        name: 'Part 10.mkv',
        path: join(films, 'Part 10.mkv'),
        sizeBytes: 3,
        modifiedAt: '2026-01-31T12:00:03.000Z',
        isMedia: true,
      },
    ],
    total: 4,
    nextCursor: null,
  });
  expect(await browse(api, join(films, 'Season 1'))).toMatchObject({ parent: films, items: [], total: 0 });
});

test('filters and orders say which names come, and when', async () => {
  const { api, films } = await aBench();
  await put(films, { 'a.mkv': 2, 'B é.mp4': 9, 'c.txt': 5, '.d.mkv': 1, 'z/': 3 });
  expect({
    media: await namesOf(api, films, '&mediaOnly=true'),
    hidden: await namesOf(api, films, '&hidden=true&mediaOnly=true'),
    found: await namesOf(api, films, `&search=${encodeURIComponent('b E\u0301')}`),
    backwards: await namesOf(api, films, '&sort=-name'),
    smallest: await namesOf(api, films, '&sort=size'),
    largest: await namesOf(api, films, '&sort=-size'),
    oldest: await namesOf(api, films, '&sort=modified'),
    newest: await namesOf(api, films, '&sort=-modified'),
  }).toEqual({
    media: ['z', 'a.mkv', 'B é.mp4'],
    hidden: ['z', '.d.mkv', 'a.mkv', 'B é.mp4'],
    found: ['B é.mp4'],
    backwards: ['z', 'c.txt', 'B é.mp4', 'a.mkv'],
    smallest: ['z', 'a.mkv', 'c.txt', 'B é.mp4'],
    largest: ['z', 'B é.mp4', 'c.txt', 'a.mkv'],
    oldest: ['z', 'a.mkv', 'c.txt', 'B é.mp4'],
    newest: ['z', 'B é.mp4', 'c.txt', 'a.mkv'],
  });
});

test('pages go on where the last one ended, though names come and go meanwhile', async () => {
  const { api, films, clock } = await aBench();
  await put(films, { 'f/': 1, 'g/': 1, 'a.mkv': 4, 'b.mkv': 4, 'c.mkv': 1, 'd.mkv': 9 });
  for (const sort of ['name', '-name', 'size', '-size', 'modified', '-modified']) {
    const whole = await namesOf(api, films, `&sort=${sort}`);
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = await browse(api, films, `&sort=${sort}&limit=2${cursor}`);
      expect(page.total).toBe(6);
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(paged).toEqual(whole);
  }
  const first = await browse(api, films, '&limit=4');
  expect(first.items.at(-1)?.name).toBe('b.mkv');
  await rm(join(films, 'b.mkv'));
  await put(films, { 'aa.mkv': 1, 'ba.mkv': 1 });
  clock.advance(20_000);
  expect(await namesOf(api, films, `&limit=4&cursor=${first.nextCursor}`)).toEqual(['ba.mkv', 'c.mkv', 'd.mkv']);
  const foreign = await api.get(`/files?path=${encodeURIComponent(films)}&sort=size&cursor=${first.nextCursor}`);
  expect(foreign.problem?.code).toBe('ENC-SYS-007');
});

test('a page holds a thousand names at most, in order however the folder gives them', async () => {
  const { api, films } = await aBench();
  const numbers = Array.from({ length: 1_003 }, (_, i) => ((i * 611) % 1_003) + 1);
  await put(films, Object.fromEntries(numbers.map((n) => [`${n}.mkv`, 1])));
  const first = await browse(api, films, '&limit=1000');
  const second = await browse(api, films, `&limit=1000&cursor=${first.nextCursor}`);
  expect([first.items.length, first.total, second.nextCursor]).toEqual([1_000, 1_003, null]);
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(
    numbers.toSorted((a, b) => a - b).map((n) => `${n}.mkv`),
  );
  const more = await api.get(`/files?path=${encodeURIComponent(films)}&limit=1001`);
  expect(more.problem?.code).toBe('ENC-SYS-007');
});

test('what was read is used for the next pages until the folder changes', async () => {
  const { api, films } = await aBench();
  await put(films, { 'a.mkv': 1 });
  await utimes(films, new Date(atMs), new Date(atMs));
  expect(await namesOf(api, films)).toEqual(['a.mkv']);
  await writeFile(join(films, 'b.mkv'), '');
  await utimes(films, new Date(atMs), new Date(atMs));
  // The folder claims to be as it was.
  expect(await namesOf(api, films)).toEqual(['a.mkv']);
  await utimes(films, new Date(atMs), new Date(atMs + 1000));
  expect(await namesOf(api, films)).toEqual(['a.mkv', 'b.mkv']);
});

test('what can not be used is told as such, and hides nothing else', async () => {
  const { api, base, films } = await aBench();
  await put(films, { 'a.mkv': 1 });
  await writeFile(Buffer.concat([Buffer.from(`${films}/odd-`), Buffer.from([0xff, 0xfe]), Buffer.from('.mkv')]), 'x');
  await put(base, { 'secret/': 1, 'secret.mkv': 4 });
  await symlink(join(films, 'gone.mkv'), join(films, 'broken.mkv'));
  await symlink(join(base, 'secret.mkv'), join(films, 'out.mkv'));
  await symlink(join(base, 'secret'), join(films, 'outside'));
  await symlink(join(films, 'a.mkv'), join(films, 'inside.mkv'));
  const shown = (await browse(api, films)).items.map(({ name, isDirectory, sizeBytes, fault }) => [
    name,
    isDirectory,
    sizeBytes,
    fault,
  ]);
  expect(shown).toEqual([
    ['outside', false, null, 'outside'],
    ['a.mkv', false, 1, null],
    ['broken.mkv', false, null, 'broken-link'],
    ['inside.mkv', false, 1, null],
    ['odd-\uFFFD\uFFFD.mkv', false, null, 'odd-name'],
    ['out.mkv', false, null, 'outside'],
  ]);
});

test('nobody browses out of the roots, and a viewer does not browse', async () => {
  const { api, base, films } = await aBench(admin);
  await put(base, { 'secret/': 1 });
  await put(films, { 'a.mkv': 1 });
  await symlink(join(base, 'secret'), join(films, 'link'));
  const codeOf = async (path: string) => (await api.get(`/files?path=${encodeURIComponent(path)}`)).problem?.code;
  expect({
    above: await codeOf(base),
    climbing: await codeOf(`${films}/../secret`),
    link: await codeOf(join(films, 'link')),
    relative: await codeOf('films'),
    nul: await codeOf(`${films}/a\0`),
    missing: await codeOf(join(films, 'missing')),
    file: await codeOf(join(films, 'a.mkv')),
  }).toEqual({
    above: 'ENC-STO-002',
    climbing: 'ENC-STO-002',
    link: 'ENC-STO-002',
    relative: 'ENC-STO-002',
    nul: 'ENC-STO-002',
    missing: 'ENC-STO-001',
    file: 'ENC-STO-001',
  });
  const seen = await aBench(viewer);
  expect((await seen.api.get(`/files?path=${encodeURIComponent(seen.films)}`)).problem?.code).toBe('ENC-AUTH-004');
  expect((await seen.api.get('/files/roots')).problem?.code).toBe('ENC-AUTH-004');
});

test('browsing begins at the roots; without them at the whole machine for an admin, at watch folders for others', async () => {
  const base = await temporaryFolder();
  const gone = join(base, 'unmounted');
  const limited = await aBench(admin, { roots: [base, gone] });
  const space = { freeBytes: expect.any(Number), totalBytes: expect.any(Number) };
  expect((await limited.api.get('/files/roots')).body).toEqual({
    items: [
      { name: base.split('/').at(-1), path: base, isOnline: true, ...space },
      { name: 'unmounted', path: gone, isOnline: false, freeBytes: null, totalBytes: null },
    ],
    total: 2,
    nextCursor: null,
  });
  const free = await aBench(admin, { roots: [] });
  const roots = fileRootList.parse((await free.api.get('/files/roots')).body).items.map(({ path }) => path);
  expect(roots).toContain('/');
  expect(await browse(free.api, base)).toMatchObject({ path: base, parent: join(base, '..') });
  const watching = await aBench(operator, { roots: [], shared: [base] });
  expect((await watching.api.get('/files/roots')).body).toMatchObject({ items: [{ path: base }], total: 1 });
  expect((await watching.api.get('/files?path=/')).problem?.code).toBe('ENC-STO-002');
});

test('an admin who chooses the roots browses past them, where no flag holds them; nobody else does', async () => {
  const { api, base, films, held } = await aBench(admin);
  expect((await api.get(`/files?path=${encodeURIComponent(base)}`)).problem?.code).toBe('ENC-STO-002');
  expect(await namesOf(api, base, '&anywhere=true')).toEqual(['films']);
  const rootsOf = async (query: string): Promise<string[]> => {
    const { items } = fileRootList.parse((await api.get(`/files/roots${query}`)).body);
    return items.map(({ path }) => path);
  };
  expect(await rootsOf('')).toEqual([films]);
  expect(await rootsOf('?anywhere=true')).toContain('/');
  held.by = 'the flag --root';
  for (const path of ['/files/roots?', `/files?path=${encodeURIComponent(base)}&`]) {
    expect((await api.get(`${path}anywhere=true`)).problem).toMatchObject({
      code: 'ENC-STO-002',
      details: 'The roots are set by the flag --root: change them there.',
    });
  }
  const { api: others } = await aBench(operator, { roots: [] });
  expect((await others.get('/files/roots?anywhere=true')).problem?.code).toBe('ENC-AUTH-004');
});

test('an admin has a folder made, with those above it, within what may be used', async () => {
  const { api, base, films } = await aBench(admin);
  const deep = join(films, 'made', 'here');
  const made = [await api.post('/files/folders', { path: deep }), await api.post('/files/folders', { path: deep })];
  expect(made.map(({ status, body }) => [status, body])).toEqual([
    [200, { path: deep }],
    [200, { path: deep }],
  ]);
  expect(await namesOf(api, join(films, 'made'))).toEqual(['here']);
  const beside = join(base, 'beside');
  expect((await api.post('/files/folders', { path: beside })).problem?.code).toBe('ENC-STO-002');
  expect((await api.post('/files/folders', { path: beside, anywhere: true })).status).toBe(200);
  await put(films, { 'a.mkv': 1 });
  expect((await api.post('/files/folders', { path: join(films, 'a.mkv', 'in') })).problem).toMatchObject({
    code: 'ENC-STO-002',
    details: expect.stringContaining('a part of it is a file'),
  });
  const { api: others, films: theirs } = await aBench(operator);
  expect((await others.post('/files/folders', { path: join(theirs, 'x') })).problem?.code).toBe('ENC-AUTH-004');
});
