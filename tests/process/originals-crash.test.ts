import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openOriginals } from '#main/stages/originals/originals.ts';
import { openStore } from '#main/store/open-store.ts';
import type { OriginalsProfile } from '#shared/model/profile.ts';
import { frozenAfter } from '#tests/helpers/frozen-at-change.ts';
import { completedJob, filesBelow, publishedFilm } from '#tests/helpers/published-film.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

type Story = { originals: OriginalsProfile; source: string; output: string; films: string; shelf: string };

/**
 * Stops a server for good right before each change that it makes to files, one after the other, and lets the next one go on. The film
 * or its whole replacement is there at every moment, and the end is always the same; answers how many deaths that were.
 */
async function killEverywhere(story: Story, state: string, files: readonly string[]): Promise<number> {
  const { originals, films, shelf } = story;
  const store = await openStore(await temporaryFolder());
  const server = () => openOriginals({ db: store.db, clock: systemClock, log: silentLogger });
  onTestFinished(() => store.close());
  const [source, output] = [join(films, story.source), join(shelf, story.output)];
  const endOf = async (jobId: string) => {
    const row = await store.db
      .selectFrom('original')
      .select(['state', 'error'])
      .where('jobId', '=', jobId)
      .executeTakeFirstOrThrow();
    const files = { ...(await filesBelow(films)), ...(films === shelf ? {} : await filesBelow(shelf)) };
    const names = Object.entries(files).map(([path, text]) => `${path.replace(jobId, 'JOB')}: ${text}`);
    return { ...row, files: names.toSorted() };
  };
  const ends: Awaited<ReturnType<typeof endOf>>[] = [];
  for (let at = 1; ; at++) {
    const jobId = `job-${at}`;
    await mkdir(dirname(source), { recursive: true });
    await publishedFilm(source, output);
    await completedJob(store, jobId, { source, output, originals, nowMs: systemClock.nowMs() });
    const how = await frozenAfter(at - 1, () => server().continueAll());
    const texts = [...Object.values(await filesBelow(films)), ...Object.values(await filesBelow(shelf))];
    expect(texts.filter((text) => text === 'film' || text === 'package').length).toBeGreaterThan(0);
    if (originals.policy === 'quarantine') expect(texts).toContain('film');
    await server().continueAll();
    ends.push(await endOf(jobId));
    if (how === 'ended') break;
    for (const folder of [films, shelf]) await rm(join(folder, 'x'), { recursive: true, force: true });
  }
  expect(ends).toEqual(ends.map(() => ({ state, error: null, files })));
  return ends.length - 1;
}

const replaced = ['x/Film.encrew.json: json', 'x/Film.mp4: package'];

describe('a server killed anywhere is gone on with by the next one, to the same end', () => {
  test('while a film goes to quarantine', async () => {
    const films = await temporaryFolder();
    const place = { films, shelf: films, source: 'x/Film.mkv', output: 'x/out/Film.mp4' };
    const files = [
      'x/.encrew-originals/JOB/Film.mkv.encrew-original.json: json',
      'x/.encrew-originals/JOB/Film.mkv: film',
      'x/out/Film.encrew.json: json',
      'x/out/Film.mp4: package',
    ];
    const story = { originals: { policy: 'quarantine', days: 30 }, ...place } as const;
    expect(await killEverywhere(story, 'held', files)).toBeGreaterThan(8);
  });

  test('while a file of the same name replaces it', async () => {
    const films = await temporaryFolder();
    const place = { films, shelf: films, source: 'x/Film.mp4', output: 'x/out/Film.mp4' };
    const story = { originals: { policy: 'replace' }, ...place } as const;
    expect(await killEverywhere(story, 'replaced', replaced)).toBeGreaterThan(15);
  });

  test.runIf(canMount)('while a file with a new ending replaces it from another disk', async () => {
    const place = { films: await temporaryFolder(), shelf: await smallDisk(256) };
    const names = { source: 'x/Film.mkv', output: 'x/Other name.mp4' };
    const story = { originals: { policy: 'replace' }, ...place, ...names } as const;
    expect(await killEverywhere(story, 'replaced', replaced)).toBeGreaterThan(15);
  });
});
