import fs, { chmod, chown, mkdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '#main/platform/logger.ts';
import { openOriginals, type Originals } from '#main/stages/originals/originals.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import type { OriginalsProfile } from '#shared/model/profile.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { completedJob, filesBelow, filmText, packageText, publishedFilm } from '#tests/helpers/published-film.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const dayMs = 86_400_000;
let store: Store;
let clock: HandClock;
let originals: Originals;
let films = '';
let shelf = '';
beforeEach(async () => {
  store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  clock = handClock(Date.parse('2026-01-31T12:00:00.000Z'));
  originals = openOriginals({ db: store.db, clock, log: silentLogger });
  films = await temporaryFolder();
  shelf = await temporaryFolder();
});

/** A film and its package, and a job that has just published it. */
async function published(policy: OriginalsProfile, names = { film: 'Film.mkv', output: 'Film.mp4' }): Promise<void> {
  const [source, output] = [join(films, names.film), join(shelf, names.output)];
  await publishedFilm(source, output);
  await completedJob(store, 'job', { source, output, originals: policy, nowMs: clock.nowMs() });
}
const row = () =>
  store.db.selectFrom('original').selectAll().where('id', '=', 'job-original').executeTakeFirstOrThrow();
const output = async () =>
  (await store.db.selectFrom('job').select('output').where('id', '=', 'job').executeTakeFirstOrThrow()).output;

const inQuarantine = {
  '.encrew-originals/job/Film.mkv': 'film',
  '.encrew-originals/job/Film.mkv.encrew-original.json': 'json',
};
const asPublished = { 'Film.mp4': 'package', 'Film.encrew.json': 'json' };

test('nothing is noted where the film stays', async () => {
  await published({ policy: 'separate' });
  expect(await store.db.selectFrom('original').selectAll().execute()).toEqual([]);
});

describe('quarantine', () => {
  const policy = { policy: 'quarantine', days: 30 } as const;

  test('sets the film aside, with a note where it came from, and brings it back', async () => {
    await published(policy);
    await originals.continueAll();
    expect([await filesBelow(films), await filesBelow(shelf)]).toEqual([inQuarantine, asPublished]);
    const held = await row();
    expect(held).toMatchObject({ state: 'held', error: null, keptUntilMs: clock.nowMs() + 30 * dayMs });
    const note: unknown = JSON.parse(await readFile(`${held.heldPath}.encrew-original.json`, 'utf8'));
    expect(note).toEqual({
      ...{ format: 1, jobId: 'job', cameFrom: join(films, 'Film.mkv'), fingerprint: held.fingerprint },
      ...{ package: join(shelf, 'Film.mp4') },
      heldAt: '2026-01-31T12:00:00.000Z',
      keptUntil: '2026-03-02T12:00:00.000Z',
    });
    expect(await originals.restore('job-original')).toBeNull();
    expect(await filesBelow(films)).toEqual({ 'Film.mkv': 'film' });
    expect(await row()).toMatchObject({ state: 'restored', heldPath: null, keptUntilMs: null });
    expect(await originals.restore('job-original')).toContain('not held');
  });

  test('never brings it back over another file, nor loses it', async () => {
    await published(policy);
    await originals.continueAll();
    await writeFile(join(films, 'Film.mkv'), 'a new one');
    expect(await originals.restore('job-original')).toContain('is taken by another file');
    expect(await filesBelow(films)).toEqual({ 'Film.mkv': 'a new one', ...inQuarantine });
    expect((await row()).state).toBe('held');
  });

  test.each([
    ['a package that has changed', () => writeFile(join(shelf, 'Film.mp4'), packageText.replace('made', 'MADE'))],
    ['a film that has changed', () => writeFile(join(films, 'Film.mkv'), filmText.replace('only', 'ONLY'))],
    ['a package of another film', () => writeFile(join(shelf, 'Film.mp4'), filmText)],
  ])('leaves the film where it is for %s', async (_what, change) => {
    await published(policy);
    await change();
    await originals.continueAll();
    expect(Object.keys(await filesBelow(films))).toEqual(['Film.mkv']);
    expect(await row()).toMatchObject({ state: 'failed', error: expect.stringContaining('Film') });
  });

  test('waits for another job that reads the film', async () => {
    await published(policy);
    await completedJob(store, 'other', {
      ...{ source: join(films, 'Film.mkv'), output: join(shelf, 'Film.mp4') },
      ...{ originals: { policy: 'separate' }, nowMs: clock.nowMs() },
    });
    await store.db.updateTable('job').set({ state: 'encoding' }).where('id', '=', 'other').execute();
    await originals.continueAll();
    expect(await row()).toMatchObject({ state: 'pending', error: 'another job still needs the film' });
    await store.db.updateTable('job').set({ state: 'completed' }).where('id', '=', 'other').execute();
    await originals.continueAll();
    expect((await row()).state).toBe('pending');
    clock.advance(600_000);
    await originals.continueAll();
    expect((await row()).state).toBe('held');
  });

  test.runIf(canMount)('tries again later where the film’s disk can’t be written', async () => {
    films = await smallDisk(256);
    await published(policy);
    await makeReadOnly(films);
    await originals.continueAll();
    expect(await row()).toMatchObject({ state: 'pending', error: expect.stringContaining('EROFS') });
    expect(await filesBelow(films)).toEqual({ 'Film.mkv': 'film' });
  });

  test('deletes the film after its days, once they were over for an hour', async () => {
    await published(policy);
    await originals.continueAll();
    clock.advance(30 * dayMs);
    await originals.continueAll();
    expect(await filesBelow(films)).toEqual(inQuarantine);
    clock.advance(3_600_000);
    await originals.continueAll();
    expect([await filesBelow(films), await filesBelow(shelf)]).toEqual([{}, asPublished]);
    expect(await row()).toMatchObject({ state: 'expired', heldPath: null });
  });

  test('keeps the film for ever while its package is not whole', async () => {
    await published(policy);
    await originals.continueAll();
    await writeFile(join(shelf, 'Film.mp4'), packageText.replace('made', 'MADE'));
    for (let day = 0; day < 40; day++) {
      clock.advance(dayMs);
      await originals.continueAll();
    }
    expect(await filesBelow(films)).toEqual(inQuarantine);
    expect(await row()).toMatchObject({ state: 'held', error: expect.stringContaining('kept for now') });
  });
});

describe('replacing', () => {
  const policy = { policy: 'replace' } as const;

  test.each([
    ['a film of the same ending', 'Film.mp4', 'Film.mp4'],
    ['a film of another ending', 'Film.mkv', 'Film.mp4'],
    ['a film of that ending in capitals', 'Film.MP4', 'Film.MP4'],
  ])('puts the new file in the place of %s, with owner, mode and times', async (_what, film, target) => {
    const source = join(films, film);
    await publishedFilm(source, join(shelf, 'Other name.mp4'));
    await chmod(source, 0o640);
    if (process.getuid?.() === 0) await chown(source, 1234, 567);
    await utimes(source, 1_500_000_000, 1_600_000_000.25);
    const before = await stat(source);
    await completedJob(store, 'job', {
      ...{ source, output: join(shelf, 'Other name.mp4'), originals: policy, nowMs: clock.nowMs() },
    });
    await originals.continueAll();
    expect(await row()).toMatchObject({ state: 'replaced', heldPath: null, outputPath: join(films, target) });
    expect(await filesBelow(films)).toEqual({ [target]: 'package', 'Film.encrew.json': 'json' });
    expect(await filesBelow(shelf)).toEqual({});
    expect(await output()).toBe(join(films, target));
    const { uid, gid, mode, mtimeMs } = await stat(join(films, target));
    expect({ uid, gid, mode, mtimeMs }).toMatchObject({ uid: before.uid, gid: before.gid, mode: before.mode });
    expect(mtimeMs).toBeCloseTo(before.mtimeMs, 2);
    const certificate: unknown = JSON.parse(await readFile(join(films, 'Film.encrew.json'), 'utf8'));
    expect(certificate).toMatchObject({ files: [{ path: target }] });
  });

  test('needs no move where the package lies beside the film already', async () => {
    shelf = films;
    await published(policy);
    await originals.continueAll();
    expect(await filesBelow(films)).toEqual(asPublished);
    expect((await row()).state).toBe('replaced');
  });

  test.each([
    ['another file has the new name', () => writeFile(join(films, 'Film.mp4'), 'theirs')],
    ['another package has its certificate there', () => writeFile(join(films, 'Film.encrew.json'), 'theirs')],
    ['the film has changed', () => writeFile(join(films, 'Film.mkv'), 'theirs')],
    ['the package has changed', () => writeFile(join(shelf, 'Film.mp4'), packageText.replace('made', 'MADE'))],
  ])('changes nothing where %s', async (_what, change) => {
    await published(policy);
    await change();
    const before = [await filesBelow(films), await filesBelow(shelf)];
    await originals.continueAll();
    expect([await filesBelow(films), await filesBelow(shelf)]).toEqual(before);
    expect(await row()).toMatchObject({ state: 'failed', error: expect.stringContaining('Film') });
    expect(await output()).toBe(join(shelf, 'Film.mp4'));
  });

  test.runIf(canMount)('comes from another disk', async () => {
    shelf = await smallDisk(256);
    await published(policy, { film: 'Film.mp4', output: 'Film.mp4' });
    await originals.continueAll();
    expect([await filesBelow(films), await filesBelow(shelf)]).toEqual([asPublished, {}]);
  });

  test.runIf(canMount)('leaves all as it was on a full disk, and is done when there is room', async () => {
    films = await smallDisk(24);
    await published(policy, { film: 'Film.mp4', output: 'Film.mp4' });
    await writeFile(join(films, 'large'), new Uint8Array(4 * 4096)).catch(() => {});
    await originals.continueAll();
    const { large: _large, ...left } = await filesBelow(films);
    expect([left, await filesBelow(shelf)]).toEqual([{ 'Film.mp4': 'film' }, asPublished]);
    expect(await row()).toMatchObject({ state: 'pending', error: expect.stringContaining('ENOSPC') });
    await writeFile(join(films, 'large'), '');
    clock.advance(600_000);
    await originals.continueAll();
    expect(await filesBelow(films)).toMatchObject({ 'Film.mp4': 'package' });
    expect((await row()).state).toBe('replaced');
  });

  test.runIf(canMount)('takes everything back when the new file does not read back in its place', async () => {
    shelf = await smallDisk(256);
    await published(policy, { film: 'Film.mp4', output: 'Film.mp4' });
    const realRename = fs.rename;
    onTestFinished(() => {
      fs.rename = realRename;
      syncBuiltinESMExports();
    });
    fs.rename = async (from, to) => {
      await realRename(from, to);
      if (String(from).endsWith('.partial') && to === join(films, 'Film.mp4')) await writeFile(to, 'rotten');
    };
    syncBuiltinESMExports();
    await originals.continueAll();
    expect([await filesBelow(films), await filesBelow(shelf)]).toEqual([{ 'Film.mp4': 'film' }, asPublished]);
    expect(await row()).toMatchObject({ state: 'failed', error: expect.stringContaining('did not read back') });
  });

  test('of a film that came out of its place in vain can be undone', async () => {
    await published(policy, { film: 'Film.mp4', output: 'Film.mp4' });
    const held = join(films, '.encrew-originals', 'job', 'Film.mp4');
    await mkdir(dirname(held), { recursive: true });
    await rename(join(films, 'Film.mp4'), held);
    await writeFile(join(films, 'Film.mp4'), 'theirs');
    await originals.continueAll();
    expect(await row()).toMatchObject({ state: 'failed', heldPath: held });
    expect(await originals.restore('job-original')).toContain('is taken by another file');
    await unlink(join(films, 'Film.mp4'));
    expect(await originals.restore('job-original')).toBeNull();
    expect(await filesBelow(films)).toEqual({ 'Film.mp4': 'film' });
  });

  test('goes on after a film that can’t be replaced', async () => {
    await published(policy);
    await mkdir(join(films, 'Film.mp4'));
    const [source, second] = [join(films, 'Second.mkv'), join(shelf, 'Second.mp4')];
    await publishedFilm(source, second);
    clock.advance(1);
    await completedJob(store, 'second', { source, output: second, originals: policy, nowMs: clock.nowMs() });
    await originals.continueAll();
    const states = await store.db.selectFrom('original').select(['jobId', 'state']).orderBy('createdAtMs').execute();
    expect(states).toEqual([
      { jobId: 'job', state: 'failed' },
      { jobId: 'second', state: 'replaced' },
    ]);
  });
});
