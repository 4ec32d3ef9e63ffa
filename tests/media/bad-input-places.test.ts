import { appendFile, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EncrewEnd, encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg } from '#tests/helpers/media-tools.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * Where films lie and where packages go: what is named twice, lies inside each other or is no film at all.
 */

let stock = '';
let film = '';
beforeAll(async () => {
  stock = await newFolder();
  film = join(stock, 'film.mkv');
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
  await ffmpeg(...sources, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', film);
});
afterAll(() => rm(stock, { recursive: true, force: true }));

/** Copies of the film at these paths of a new folder. */
async function library(...paths: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await copyFile(film, join(folder, path));
  }
  return folder;
}

/** Runs in `cwd`, so that inputs and `out` may be relative. */
async function encode(cwd: string, inputs: readonly string[], out: string, profile = 'draft'): Promise<EncrewEnd> {
  const data = await temporaryFolder();
  return encrew(['encode', '--profile', profile, '--out', out, '--data', data, '--json', '--', ...inputs], cwd);
}

function states({ results }: EncrewEnd): [string, string][] {
  return results.map(({ input, state }) => [input, state]);
}

function wrongFindings({ results }: EncrewEnd): unknown[] {
  return results.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
}

describe('what would end in one place is refused before anything is written', () => {
  test.each([
    { what: 'names that differ in letter case', films: ['in/Film.mkv', 'in/film.mp4'], inputs: ['in'] },
    {
      what: 'a film, and one of that name in a folder',
      films: ['film.mkv', 'in/film.mp4'],
      inputs: ['film.mkv', 'in'],
    },
    {
      what: 'a film whose package would lie inside that of another',
      films: ['film.mkv', 'in/film/trailer.mkv'],
      inputs: ['film.mkv', 'in'],
    },
    { what: 'a film beside a folder of its name', films: ['in/Film.mkv', 'in/film/trailer.mkv'], inputs: ['in'] },
  ])('$what', async ({ films, inputs }) => {
    const folder = await library(...films);
    const before = await treeOf(folder);
    const { code, results, stderr } = await encode(folder, inputs, 'out');
    expect([code, results]).toEqual([2, []]);
    expect(stderr).toMatch(/^encrew: .* would (both become|be made inside) .*\n$/);
    expect(await treeOf(folder)).toEqual(before);
  });

  test('a folder without films, named beside a film, is not passed over in silence', async () => {
    const folder = await library('film.mkv', 'empty/notes.mkv/nothing.txt');
    const before = await treeOf(folder);
    const { code, results, stderr } = await encode(folder, ['film.mkv', 'empty'], 'out');
    expect([code, results]).toEqual([2, []]);
    expect(stderr).toMatch(/^encrew: there is no film in empty: .*\n$/);
    expect(await treeOf(folder)).toEqual(before);
  });
});

test('a film that is named twice, or by a link to it, is one film', async () => {
  const folder = await library('film.mkv');
  await symlink('film.mkv', join(folder, 'link.mkv'));
  const before = await treeOf(folder);
  const end = await encode(folder, ['film.mkv', './film.mkv', 'link.mkv'], 'out');
  expect([end.code, states(end)]).toEqual([0, [[join(folder, 'film.mkv'), 'completed']]]);
  await rm(join(folder, 'out'), { recursive: true });
  expect(await treeOf(folder)).toEqual(before);
});

describe('packages beside their films', () => {
  test('are no films when the folder is encoded again, and keep what people put into them', async () => {
    const folder = await library('film.mkv');
    await symlink(film, join(folder, 'link.mkv'));
    const sources = [join(folder, 'film.mkv'), join(folder, 'link.mkv')];
    const completed = sources.map((path) => [path, 'completed']);
    const first = await encode(folder, ['.'], '.');
    expect([first.code, states(first)]).toEqual([0, completed]);
    await writeFile(join(folder, 'film', 'poster.jpg'), 'poster');
    const before = await treeOf(folder);

    const second = await encode(folder, ['.'], '.');
    expect([second.code, states(second), wrongFindings(second)]).toEqual([0, completed, []]);
    const after = await treeOf(folder);
    for (const name of ['film.mkv', 'link.mkv', 'film/poster.jpg']) expect(after[name]).toBe(before[name]);
    const backup = Object.keys(after).find((name) => /^film\/_m3u8_backup_[^/]+\/film\.m3u8$/.test(name));
    expect(after[backup ?? '']).toBe(before['film/film.m3u8']);

    const inside = await encode(folder, ['.'], 'packages');
    expect([inside.code, states(inside)]).toEqual([0, completed]);
  });

  test('that are single files are no films either', async () => {
    const folder = await library('film.mkv');
    const before = await treeOf(folder);
    for (let run = 0; run < 2; run += 1) {
      const end = await encode(folder, ['.'], '.', 'mp4-1080p');
      expect([end.code, states(end)]).toEqual([0, [[join(folder, 'film.mkv'), 'completed']]]);
    }
    const after = await treeOf(folder);
    expect(Object.keys(after)).toEqual(['film.encrew.json', 'film.mkv', 'film.mp4']);
    expect(after['film.mkv']).toBe(before['film.mkv']);
  });

  test('never take the place of the film itself', async () => {
    const folder = await library('film.mkv');
    const before = await treeOf(folder);
    const end = await encode(folder, ['film.mkv'], '.', 'mkv-archive');
    expect([end.code, states(end)]).toEqual([2, [[join(folder, 'film.mkv'), 'refused']]]);
    expect(end.stderr).toMatch(/^encrew: .* is, or holds, the film itself.*\n$/);
    expect(await treeOf(folder)).toEqual(before);
  });
});

test('very long names, backslashes and image patterns are names like any other', async () => {
  const long = `${'é'.repeat(120)}.mkv`;
  const folder = await library(long, 'back\\slash.mkv', 'shot%03d.mkv', 'shot*.mkv');
  // What a pattern would stand for.
  await writeFile(join(folder, 'shot001.mkv'), 'must not be read');
  const before = await treeOf(folder);
  const end = await encode(folder, [long, 'back\\slash.mkv', 'shot%03d.mkv', 'shot*.mkv'], 'out');
  expect([end.code, states(end).map(([, state]) => state), wrongFindings(end)]).toEqual([
    0,
    Array(4).fill('completed'),
    [],
  ]);
  for (const { output } of end.results) {
    expect(output).toMatch(/^[^\\*?]*$/);
    expect(await decodeErrors(output ?? '')).toBe('');
  }
  await rm(join(folder, 'out'), { recursive: true });
  expect(await treeOf(folder)).toEqual(before);
});

test('a socket is refused, and the film after it is encoded all the same', async () => {
  const folder = await library('film.mkv');
  const path = join(folder, 'socket.mkv');
  let callers = 0;
  const server = createServer(() => (callers += 1));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    const end = await encode(folder, ['socket.mkv', 'film.mkv'], 'out');
    expect([end.code, states(end)]).toEqual([
      2,
      [
        [path, 'refused'],
        [join(folder, 'film.mkv'), 'completed'],
      ],
    ]);
    expect(end.stderr.match(/^encrew: .*$/gm)).toEqual(['encrew: "socket.mkv" is not a file; name a media file']);
    expect(callers).toBe(0);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

// Only a disk of its own can be full, and only a read-only one keeps root from writing.
test.skipIf(!canMount)(
  'a full and a read-only output disk are told in one line each, and stay as they are',
  async () => {
    const disk = await smallDisk(64);
    await writeFile(join(disk, 'mine.txt'), 'mine');
    const before = await treeOf(disk);
    for (const says of [/too little room/, /read-only|can't be written|may not be written/i]) {
      const end = await encode(stock, ['film.mkv'], join(disk, 'out'));
      expect([end.code, states(end)]).toEqual([2, [[film, 'refused']]]);
      expect(end.stderr.trim().split('\n')).toEqual([expect.stringMatching(says)]);
      expect(await treeOf(disk)).toEqual(before);
      await makeReadOnly(disk);
    }
  },
);

test('a certificate that is damaged or foreign makes no film disappear', async () => {
  const folder = await library('film.mkv');
  await writeFile(join(folder, 'film.encrew.json'), '{"files":[{"path":"film.mkv"');
  await appendFile(join(folder, 'other.encrew.json'), '[]');
  const end = await encode(folder, ['.'], 'out');
  expect([end.code, states(end)]).toEqual([0, [[join(folder, 'film.mkv'), 'completed']]]);
  expect(await readFile(join(folder, 'other.encrew.json'), 'utf8')).toBe('[]');
});
