import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { longCue, makeClapperFilm } from '../helpers/clapper-film.ts';
import { testProfile } from '../helpers/encode-film.ts';
import { sampleMediaIsThere } from '../helpers/sample-media.ts';
import { barriers, house } from '../helpers/screens.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const home = house();

/** The clapper film with thumbnails, in parts of four seconds. Its package is made once for all tests of this file. */
let made: Promise<string> | null = null;

function aJob(): Promise<string> {
  made ??= addJob();
  return made;
}

async function addJob(): Promise<string> {
  const { folder, server } = home();
  const input = await makeClapperFilm(folder, { num: 25, den: 1 });
  const profile = testProfile('hls-anime', { thumbnails: { widthPx: 160, intervalSec: 5 } });
  return server().addJob({ input, outputDir: join(folder, 'shelf'), profile, options: { chunkSec: 4 } });
}

/** How many dots of the styled subtitles are drawn. */
function drawnDots(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const drawn = document.querySelector('canvas');
    if (drawn === null || drawn.width === 0) return 0;
    const copy = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
    copy.drawImage(drawn, 0, 0);
    const dots = copy.getImageData(0, 0, drawn.width, drawn.height).data;
    return dots.filter((value, place) => place % 4 === 3 && value > 0).length;
  })()`);
}

/** What WebVTT shows at this moment. */
function plainWords(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelector('video').textTracks]
    .filter(({ mode }) => mode === 'showing')
    .flatMap(({ activeCues }) => [...(activeCues ?? [])].map(({ text }) => text))`);
}

function timeOf(page: Page, side: 'package' | 'source'): Promise<number> {
  return page.evaluate(`document.querySelector('video[data-side="${side}"]')?.currentTime ?? -1`);
}

async function choose(page: Page, menu: string, choice: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitemradio', { name: choice }).click();
}

test.skipIf(!sampleMediaIsThere)(
  'somebody looks on while a film is made, part by part, until it is done',
  async () => {
    const { page, faults } = await home().visit(`/jobs/${await aJob()}`);
    await page.getByRole('heading', { name: 'clapper', level: 1 }).waitFor();
    const first = page.getByRole('button', { name: /^Part 1 of \d: 0:00 to 0:0\d, .+, done$/ });
    await first.waitFor({ timeout: 60_000 });
    await first.focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^Part 2 of /);
    await page.getByRole('tabpanel').getByText('Publishing').waitFor({ timeout: 60_000 });
    await page.getByText(/Took .+, done /).waitFor();
    await page.getByRole('switch', { name: 'With every task' }).check();
    await page.getByText(/^Part 2 of \d: done/).waitFor();
    await page.getByRole('button', { name: 'As a table' }).click();
    await page.getByRole('row', { name: /^Pictures 0:00 to .+ done 1 100%$/ }).waitFor();
    expect(faults).toEqual([]);
  },
  120_000,
);

test.skipIf(!sampleMediaIsThere)(
  'the finished film plays, seeks, and shows its subtitles in both ways',
  async () => {
    const id = await aJob();
    await home().server().waitForState(id, 'completed');
    const { page, faults } = await home().visit(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => timeOf(page, 'package'), { timeout: 20_000 }).toBeGreaterThan(0.3);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const position = page.getByRole('slider', { name: 'Position in the film' });
    await position.focus();
    await position.fill('6.5');
    expect(await position.getAttribute('aria-valuetext')).toBe('0:06 of 0:14, One');
    await choose(page, 'Subtitles', 'Japanese');
    await expect.poll(() => drawnDots(page), { timeout: 20_000 }).toBeGreaterThan(50);
    await choose(page, 'Subtitles', /^English$/);
    await expect.poll(() => plainWords(page), { timeout: 20_000 }).toEqual([longCue.text]);
    expect(await drawnDots(page)).toBe(0);
    await choose(page, 'Chapters', /^Two/);
    await expect.poll(() => timeOf(page, 'package')).toBeCloseTo(7, 1);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => timeOf(page, 'package')).toBeCloseTo(2, 1);
    await choose(page, 'Audio', /^German/);
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Unmute' }).waitFor();
    await position.hover();
    expect(await page.locator('[data-thumbnail]').getAttribute('style')).toContain('thumbs_160x90.webp');
    await page.getByRole('button', { name: 'Compare with the source' }).click();
    await expect.poll(() => timeOf(page, 'source')).toBeCloseTo(2, 1);
    await page.getByText('Package', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  },
  120_000,
);

test.skipIf(!sampleMediaIsThere).each(['light', 'dark'] as const)(
  'the job has no barrier on any of its tabs when it is %s',
  async (scheme) => {
    const id = await aJob();
    await home().server().waitForState(id, 'completed');
    const { page, faults } = await home().visit(`/jobs/${id}?tab=log`, { scheme });
    await page.getByRole('button', { name: /^extract/ }).click();
    await page.getByRole('group', { name: 'Command: extract' }).getByText('ffmpeg').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('link', { name: 'Download chapters.vtt' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Work' }).click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Watch' }).click();
    await page
      .getByRole('button', { name: 'Quality' })
      .or(page.getByRole('button', { name: 'Audio' }))
      .waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(faults).toEqual([]);
  },
  120_000,
);

test('one file plays over the whole screen, Matroska says who plays it, and a film that was set aside is brought back', async () => {
  const { folder, server, visit } = home();
  const films = join(folder, 'films');
  await mkdir(films);
  const input = await makeTwoLanguageFilm(films);
  const film = await readFile(input);
  const mkv = await server().addJob({ input, outputDir: join(folder, 'mkv'), profile: testProfile('mkv-archive') });
  const { output } = await server().waitForState(mkv, 'completed');
  const quarantine = testProfile('mp4-1080p', { originals: { policy: 'quarantine', days: 30 } });
  const mp4 = await server().addJob({ input, outputDir: join(folder, 'mp4'), profile: quarantine });
  await server().waitForState(mp4, 'completed');
  await waitUntil('the film is set aside', async () => !(await isThere(input)));

  const { page, faults } = await visit(`/jobs/${mkv}`);
  await page.getByText("Browsers don't play Matroska files.").waitFor();
  const download = page.getByRole('link', { name: 'Download' });
  const answer = await page.request.get((await download.getAttribute('href')) ?? '');
  expect((await answer.body()).equals(await readFile(output ?? ''))).toBe(true);
  expect(await barriers(page)).toEqual([]);

  await page.goto(`/jobs/${mp4}`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => timeOf(page, 'package'), { timeout: 20_000 }).toBeGreaterThan(0.3);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await page.getByRole('button', { name: 'Leave full screen' }).waitFor();
  expect(await page.evaluate('document.fullscreenElement?.getAttribute("aria-label")')).toBe('Player: two languages');
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Full screen' }).waitFor();
  expect(await barriers(page)).toEqual([]);

  await page.goto('/library');
  await page.getByRole('button', { name: 'Bring two languages back' }).click();
  await page.getByText('two languages is back in its place').waitFor();
  expect((await readFile(input)).equals(film)).toBe(true);
  // The source of the comparison was not in its place.
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
}, 180_000);

test('a job that failed says why and what to do, and is started over', async () => {
  const { folder, server, visit } = home();
  await writeFile(join(folder, 'letter.mkv'), 'Dear Ada');
  const id = await server().addJob({ input: join(folder, 'letter.mkv'), outputDir: join(folder, 'shelf') });
  await server().waitForState(id, 'failed');
  const { page } = await visit(`/jobs/${id}`);
  const alert = page.getByRole('alert').filter({ hasText: 'This job failed' });
  await alert.getByText('Check that the file is there and plays').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByText('Queued').first().waitFor();
  expect(await server().timeline(id)).toContain('failed > queued');
});

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
