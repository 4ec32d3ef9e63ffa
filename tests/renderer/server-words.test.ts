import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { barriers, house } from '../helpers/screens.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * What the server says, in the languages that it does not write.
 */

const home = house(['--no-node']);

/** One failed job for all tests of this file: its film is none. */
let failed: Promise<string> | null = null;

function aFailedJob(): Promise<string> {
  failed ??= addFailing();
  return failed;
}

async function addFailing(): Promise<string> {
  const { folder, server } = home();
  const film = join(folder, 'Broken Reel.mkv');
  await writeFile(film, 'no film');
  const id = await server().addJob({ input: film, outputDir: join(folder, 'out'), profile: 'draft' });
  await waitUntil('the job fails', async () => (await server().timeline(id)).join(', ').includes('failed'));
  return id;
}

/** What the server wrote about it. */
const english = /^"Broken Reel\.mkv" can't be used: FFmpeg finds no film or sound in it/;

/** The server's own words on the page, which are marked as English. */
function englishOn(page: Page) {
  return page.locator('[lang="en"]');
}

test.each([
  { locale: 'de-DE', words: 'Die Datei enthält weder Film noch Ton.', scheme: 'light' },
  { locale: 'ja-JP', words: 'ファイルに映像も音声も含まれていません。', scheme: 'dark' },
] as const)('in $locale a failed job says why in that language, and in English beneath', async ({ words, ...set }) => {
  const id = await aFailedJob();
  const { page, faults } = await home().visit('/', set);
  for (const path of ['/', '/queue', `/jobs/${id}`]) {
    if (path !== '/') await page.goto(path);
    await page.getByText(words).first().waitFor();
    expect(await englishOn(page).first().textContent()).toMatch(english);
  }
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test.each([
  { locale: 'de-DE', words: 'Diesen Auftrag gibt es nicht.' },
  { locale: 'ja-JP', words: 'このジョブは存在しません。' },
])('in $locale a refused request says why in that language, and in English beneath', async ({ locale, words }) => {
  const { page } = await home().visit('/jobs/nobody', { locale });
  const alert = page.getByRole('alert');
  await alert.getByText(words, { exact: true }).waitFor();
  expect(await englishOn(page).allTextContents()).toEqual(['There is no job nobody.']);
  await alert.getByText(/^ENC-JOB-004 · /).waitFor();
});

test('in German a plan says what is left out and why, with the particulars in English', async () => {
  const { folder, server } = home();
  const film = await makeTwoLanguageFilm(folder);
  const id = await server().addJob({ input: film, outputDir: join(folder, 'planned'), profile: 'mp4-1080p' });
  await waitUntil('the job is planned', async () => (await server().timeline(id)).join(', ').includes('encoding'));
  const { page, faults } = await home().visit(`/jobs/${id}?tab=work`, { locale: 'de-DE' });
  const why = page.getByRole('listitem').filter({ hasText: 'MP4 braucht ein eigenes Untertitelformat.' });
  await why.waitFor();
  expect(await why.locator('[lang="en"]').allTextContents()).toEqual([
    'subrip becomes mov_text. ass becomes mov_text.',
  ]);
  expect(faults).toEqual([]);
});

test('in Japanese a finding is told in that language, with what it is about in English', async () => {
  const { folder, server } = home();
  const whole = await readFile(await makeTwoLanguageFilm(folder));
  const film = join(folder, 'half.mkv');
  await writeFile(film, whole.subarray(0, Math.floor(whole.length * 0.6)));
  const options = { acceptTruncated: true };
  const id = await server().addJob({ input: film, outputDir: join(folder, 'half'), profile: 'draft', options });
  await waitUntil('the job is planned', async () => (await server().timeline(id)).join(', ').includes('encoding'));
  const { page, faults } = await home().visit(`/jobs/${id}`, { locale: 'ja-JP' });
  await page.getByRole('button', { name: 'エラー 1 件' }).click();
  const finding = page.getByRole('listitem').filter({ hasText: '映像が途中で切れています。' });
  expect(await finding.locator('[lang="en"]').textContent()).toMatch(/^the file is cut off: .* can be decoded$/);
  expect(faults).toEqual([]);
});

test('in English the server speaks for itself, and no other words are read', async () => {
  const id = await aFailedJob();
  const { page } = await home().visit(`/jobs/${id}`);
  await page.getByRole('alert').getByText(english).waitFor();
  expect(await page.getByText('The file holds neither film nor sound').count()).toBe(0);
  const read = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`);
  expect(read.filter((name) => /server-[\w-]+\.js/.test(name))).toEqual([]);
});
