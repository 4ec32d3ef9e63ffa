import { appendFile, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { afterCompletion, noteCompletion } from '#main/intake/after-completion.ts';
import { restoreWatchedOriginal } from '#main/intake/trash.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { filesBelow, type WatchBench, watchBench } from '#tests/helpers/watch-bench.ts';

const retryMs = 5 * 60_000;
const monthMs = 30 * 86_400_000;

test('a film that is kept stays, and is done', async () => {
  const bench = await encoded('keep', ['film.mkv']);
  await bench.turn();
  expect(await bench.states()).toEqual(['film.mkv: done job-1']);
  expect(await filesBelow(bench.root)).toEqual(['film.mkv']);
  expect(await originals(bench)).toEqual([]);
});

test('a film is moved once its package is published, with its folders, and is not taken for missing', async () => {
  const bench = await encoded('move', ['Show/one.mkv']);
  await bench.turn();
  const moved = join(bench.folder, 'done', 'Show', 'one.mkv');
  expect(await readFile(moved, 'utf8')).toBe('Show/one.mkv');
  expect(await filesBelow(bench.root)).toEqual([]);
  expect(await originals(bench)).toEqual([{ policy: 'move', state: 'held', heldPath: moved, error: null }]);
  await bench.settle();
  expect(await bench.states()).toEqual(['Show/one.mkv: done job-1']);
});

test('nothing is moved before the job has completed, nor when it failed', async () => {
  const bench = await encoded('move', []);
  await bench.put('film.mkv');
  await bench.settle();
  for (const state of ['publishing', 'failed', 'cancelled']) {
    const output = join(bench.folder, 'in', 'film.mkv');
    await bench.store.db.updateTable('job').set({ state, output }).execute();
    await afterCompletion(bench.context, 'job-1');
  }
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
  expect(await filesBelow(bench.root)).toEqual(['film.mkv']);
  expect(await originals(bench)).toEqual([]);
});

test('a film waits for a package that can not be found, and is moved once it is there', async () => {
  const bench = await encoded('move', ['film.mkv']);
  const output = join(bench.folder, 'out/job-1/job-1.m3u8');
  await rm(output);
  await bench.turn();
  expect(await filesBelow(bench.root)).toEqual(['film.mkv']);
  expect(await originals(bench)).toMatchObject([
    { state: 'pending', error: `its package ${output} can't be found: looked for again` },
  ]);
  await writeFile(output, '#EXTM3U\n');
  bench.clock.advance(retryMs);
  await bench.turn();
  expect(await filesBelow(bench.root)).toEqual([]);
  expect(await originals(bench)).toMatchObject([{ state: 'held', error: null }]);
});

test('a film that another job still needs stays until that one has ended', async () => {
  const bench = await encoded('move', ['film.mkv'], async (other) => {
    const {
      number: _n,
      id: _i,
      lane: _l,
      ...job
    } = await other.store.db.selectFrom('job').selectAll().executeTakeFirstOrThrow();
    await other.store.db
      .insertInto('job')
      .values({ ...job, id: 'job-x', state: 'encoding', profileHash: await anotherHash(other) })
      .execute();
  });
  await bench.turn();
  expect(await filesBelow(bench.root)).toEqual(['film.mkv']);
  await bench.store.db.updateTable('job').set({ state: 'cancelled' }).where('id', '=', 'job-x').execute();
  bench.clock.advance(retryMs);
  await bench.turn();
  expect(await filesBelow(bench.root)).toEqual([]);
});

test('a film that was changed after it was encoded stays', async () => {
  const bench = await encoded('trash', ['film.mkv'], (other) =>
    appendFile(join(other.root, 'film.mkv'), 'another end'),
  );
  await bench.turn();
  expect(await filesBelow(bench.root)).toEqual(['film.mkv']);
  expect(await originals(bench)).toMatchObject([{ state: 'failed', heldPath: null }]);
});

test('a copy of an encoded film stays where it is', async () => {
  const bench = await encoded('trash', [], async (other) => {
    await other.put('film.mkv', 'one film');
    await other.put('second.mkv', 'one film');
  });
  await bench.settle();
  await bench.complete('job-1');
  await bench.turn();
  expect(await bench.states()).toEqual(['film.mkv: done job-1', 'second.mkv: done job-1']);
  expect((await filesBelow(bench.root)).filter((path) => !path.startsWith('.'))).toEqual(['second.mkv']);
});

test('what lies where a film is to go stays, and the film goes beside it', async () => {
  const bench = await encoded('move', ['film.mkv']);
  const place = join(bench.folder, 'done');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'film.mkv'), 'an older film');
  await writeFile(join(place, 'film (2).mkv'), 'another');
  await bench.turn();
  expect(await filesBelow(place)).toEqual(['film (2).mkv', 'film (3).mkv', 'film.mkv']);
  expect(await readFile(join(place, 'film.mkv'), 'utf8')).toBe('an older film');
  expect(await originals(bench)).toMatchObject([{ state: 'held', heldPath: join(place, 'film (3).mkv'), error: null }]);
});

test('a crash at any step of a move loses nothing and is ended by the next life', async () => {
  const crashes: Record<string, (bench: WatchBench, held: string) => Promise<void>> = {
    'the wish is written': async () => {},
    'both names stand': async (bench, held) => {
      await mkdir(dirname(held), { recursive: true });
      await link(join(bench.root, 'film.mkv'), held);
    },
    'it is moved, but not noted': async (bench, held) => {
      await mkdir(dirname(held), { recursive: true });
      await link(join(bench.root, 'film.mkv'), held);
      await rm(join(bench.root, 'film.mkv'));
    },
  };
  for (const [when, crash] of Object.entries(crashes)) {
    const bench = await encoded('trash', ['film.mkv']);
    await noteCompletion(bench.context, 'job-1');
    await noteCompletion(bench.context, 'job-1');
    const [wish] = await originals(bench);
    await crash(bench, wish?.heldPath ?? '');
    await bench.begin();
    await bench.turn();
    expect([when, await originals(bench)]).toEqual([when, [{ ...wish, state: 'held' }]]);
    expect(await filesBelow(bench.root)).toEqual([wish?.heldPath?.slice(bench.root.length + 1)]);
  }
});

test('trash can be put back, over nothing', async () => {
  const bench = await encoded('trash', ['Show/film.mkv']);
  await bench.turn();
  const [{ id } = { id: '' }] = await bench.store.db.selectFrom('original').select('id').execute();
  const path = join(bench.root, 'Show/film.mkv');
  await bench.put('Show/film.mkv', 'a new one');
  expect(await restoreWatchedOriginal(bench.context, id)).toEqual({ ok: false, because: 'place-taken' });
  await rm(path);
  expect(await restoreWatchedOriginal(bench.context, id)).toEqual({ ok: true, path });
  expect(await restoreWatchedOriginal(bench.context, id)).toEqual({ ok: false, because: 'not-held' });
  expect(await readFile(path, 'utf8')).toBe('Show/film.mkv');
  await bench.settle();
  expect(await bench.states()).toEqual(['Show/film.mkv: done job-1']);
});

test('trash is deleted after thirty days, unless it is another file by then', async () => {
  const bench = await encoded('trash', ['a.mkv', 'b.mkv']);
  await bench.turn();
  const held = (await originals(bench)).map(({ heldPath }) => heldPath ?? '');
  await appendFile(held[1] ?? '', 'not the same any more');
  bench.clock.advance(monthMs - 1);
  await bench.turn();
  expect(await filesBelow(bench.root)).toHaveLength(2);
  bench.clock.advance(3_600_000);
  await bench.turn();
  expect(await originals(bench)).toMatchObject([{ state: 'expired' }, { state: 'expired' }]);
  expect(await filesBelow(bench.root)).toEqual([held[1]?.slice(bench.root.length + 1)]);
});

test.runIf(canMount)('a film is moved to another disk, or stays when that one is away', async () => {
  const disk = await smallDisk(256);
  const bench = await encoded('move', ['film.mkv']);
  await bench.store.db
    .updateTable('watchFolder')
    .set({ moveDir: join(disk, 'done'), moveMount: join(bench.folder, 'in') })
    .execute();
  await bench.turn();
  expect(await filesBelow(disk)).toEqual([]);
  expect(await originals(bench)).toMatchObject([{ state: 'pending' }]);
  await bench.store.db.updateTable('watchFolder').set({ moveMount: disk }).execute();
  const before = await stat(join(bench.root, 'film.mkv'));
  bench.clock.advance(retryMs);
  await bench.turn();
  expect([await filesBelow(bench.root), await filesBelow(disk)]).toEqual([[], ['done/film.mkv']]);
  expect((await stat(join(disk, 'done/film.mkv'))).mtimeMs).toBe(before.mtimeMs);
});

/** A bench whose films are encoded, and `meanwhile` was done just before the job ended. */
async function encoded(
  afterwards: 'keep' | 'move' | 'trash',
  films: readonly string[],
  meanwhile: (bench: WatchBench) => Promise<void> = async () => {},
): Promise<WatchBench> {
  const bench = await watchBench();
  for (const film of films) await bench.put(film);
  await bench.watch({ afterwards, moveDir: afterwards === 'move' ? join(bench.folder, 'done') : null });
  await bench.settle();
  await meanwhile(bench);
  for (const [i] of films.entries()) await bench.complete(`job-${i + 1}`);
  return bench;
}

function originals(bench: WatchBench) {
  return bench.store.db
    .selectFrom('original')
    .select(['policy', 'state', 'heldPath', 'error'])
    .orderBy('createdAtMs')
    .orderBy('sourcePath')
    .execute();
}

async function anotherHash(bench: WatchBench): Promise<string> {
  await bench.store.db.insertInto('profileSnapshot').values({ hash: 'another', recipeJson: '{}' }).execute();
  return 'another';
}
