import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { compareBytes } from '#main/intake/path-order.ts';
import { type WalkOptions, walkFolder } from '#main/intake/walk-folder.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const awkward = [
  'a.mkv',
  'a/b.mkv',
  'a-b.mkv',
  'a b/c.mkv',
  'a/b/c.mkv',
  'é.mkv',
  'z.mkv',
  '\uFF5E.mkv',
  '😀/x.mkv',
  'B.mkv',
];

test('a walk comes in the very order in which SQLite sorts paths', async () => {
  const folder = await films(awkward);
  const db = new Sqlite(':memory:');
  db.exec('CREATE TABLE known (path TEXT)');
  const insert = db.prepare('INSERT INTO known VALUES (?)');
  for (const path of awkward) insert.run(path);
  const sorted = db.prepare('SELECT path FROM known ORDER BY path').pluck().all();
  db.close();
  expect(await walk(folder)).toEqual(sorted);
  expect([...awkward].sort(compareBytes)).toEqual(sorted);
});

test('a walk goes on behind any path, whether it is still there or not', async () => {
  const folder = await films(awkward);
  const all = await walk(folder);
  for (const [i, after] of all.entries()) expect(await walk(folder, { after })).toEqual(all.slice(i + 1));
  expect(await walk(folder, { after: 'a/b/gone.mkv' })).toEqual(all.slice(all.indexOf('a/b/c.mkv') + 1));
});

test('a folder of more names than are held at a time is walked whole, once and in order', async () => {
  const names = Array.from({ length: 57 }, (_, i) => `${String((i * 31) % 57).padStart(3, '0')}.mkv`);
  const folder = await films([...names, 'inner/a.mkv', 'inner/b.mkv', 'inner/c.mkv']);
  const whole = [...names].sort().concat('inner/a.mkv', 'inner/b.mkv', 'inner/c.mkv');
  for (const namesAtOnce of [1, 2, 7, 57, 58]) expect(await walk(folder, { namesAtOnce })).toEqual(whole);
  expect(await walk(folder, { namesAtOnce: 7, after: '041.mkv' })).toEqual(whole.slice(42));
});

test('one inner folder can be walked alone', async () => {
  const folder = await films(awkward);
  expect(await walk(folder, { below: 'a' })).toEqual(['a/b.mkv', 'a/b/c.mkv']);
});

test('what is passed over is told with its reason', async () => {
  const folder = await films(['.x.mkv', 'a.txt', 'b.mkv.part', 'skip/a.mkv', 'ok.mkv']);
  await writeFile(join(folder, 'skip', 'p.m3u8'), '');
  await symlink(folder, join(folder, 'loop'));
  await symlink(join(folder, 'ok.mkv'), join(folder, 'link.mkv'));
  const told: string[] = [];
  for await (const step of walkFolder(folder, { exclude: ['skip'], tellPassedOver: true })) {
    told.push(...step.passedOver.map(({ path, because }) => `${path} ${because}`));
  }
  expect(told.sort()).toEqual([
    '.x.mkv hidden',
    'a.txt not-a-film',
    'b.mkv.part unfinished',
    'link.mkv link',
    'loop link',
    'skip excluded',
  ]);
});

test('a folder that is not there throws, one inside that may not be read is passed over', async () => {
  const folder = await films(['a/x.mkv', 'b.mkv']);
  await expect(walk(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await chmod(join(folder, 'a'), 0);
  const isRoot = process.getuid?.() === 0;
  expect(await walk(folder)).toEqual(isRoot ? ['a/x.mkv', 'b.mkv'] : ['b.mkv']);
  await chmod(join(folder, 'a'), 0o755);
});

async function films(paths: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
  return folder;
}

async function walk(folder: string, options: WalkOptions = {}): Promise<string[]> {
  const paths: string[] = [];
  for await (const { files } of walkFolder(folder, options)) paths.push(...files.map(({ path }) => path));
  return paths;
}
