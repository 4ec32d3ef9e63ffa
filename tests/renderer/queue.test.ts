import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { jobDetail } from '#shared/model/job.ts';
import { batchMade, jobList } from '#shared/protocol/jobs.ts';
import { ffmpeg } from '../helpers/media-tools.ts';
import { barriers, house } from '../helpers/screens.ts';

const home = house(['--no-node']);

const films = 260;
const settled = { timeout: 20_000 };
let batchId = '';

beforeAll(async () => {
  const { folder, server } = home();
  // Without a node it stays in work, and nothing else begins beside it.
  await server().ask('PATCH', '/settings', { jobsAtOnce: 1 });
  const running = join(folder, 'Running.mkv');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=24:d=2', '-c:v', 'libx264', '-preset', 'ultrafast', running);
  const id = await server().addJob({ input: running, outputDir: join(folder, 'out'), profile: 'draft' });
  await server().waitForState(id, 'encoding');
  const shelf = join(folder, 'Shelf');
  await mkdir(shelf);
  for (let film = 1; film <= films; film += 1) {
    await writeFile(join(shelf, `Film ${String(film).padStart(3, '0')}.mkv`), `film ${film}`);
  }
  const made = await server().ask('POST', '/batches', {
    ...{ input: shelf, outputDir: join(folder, 'out'), profile: 'draft', name: 'The shelf' },
  });
  batchId = batchMade.parse(made.body).id;
}, 60_000);

const row = (page: Page, film: string) => page.getByRole('row', { name: film });

/** The films in sight, from the top. */
async function shown(page: Page): Promise<string[]> {
  const rows = page.locator('.queue-row .queue-name');
  await rows.first().waitFor();
  const boxes = await Promise.all(
    (await rows.all()).map(async (one) => ({ name: await one.innerText(), y: (await one.boundingBox())?.y ?? 0 })),
  );
  return boxes.sort((a, b) => a.y - b.y).map(({ name }) => name);
}

test('the list is as long as the queue, and any part of it is read when it comes into sight', async () => {
  const { page, faults } = await home().visit('/queue?sort=createdAt');
  await row(page, 'Film 001').waitFor();
  await row(page, 'Film 001').getByText('Quick look').waitFor();
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(films + 2));
  await page.keyboard.press('End');
  await row(page, 'Film 260').waitFor();
  expect(await row(page, 'Film 260').getAttribute('aria-rowindex')).toBe(String(films + 2));
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  expect(faults).toEqual([]);
});

test('search, states and batch narrow the list, stay in the address, and are cleared again', async () => {
  const { page } = await home().visit('/queue');
  await page.getByRole('searchbox', { name: 'Search' }).fill('film 07');
  await page.getByText('10 jobs').waitFor();
  await page.getByText('Failed 0').click();
  await page.getByText('No job matches.').waitFor();
  expect(new URL(page.url()).search).toContain('film');
  await page.reload();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByText('261 jobs').waitFor();
  expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('');
  await page.goto(`/queue?batch=${batchId}&search="film 261"`);
  await page.getByText('No job matches.').waitFor();
});

test('a job is moved by the keyboard and by its menu, and the queue goes by it', async () => {
  const { page } = await home().visit('/queue?sort=queue&search="film 00"');
  await row(page, 'Film 001').waitFor();
  expect((await shown(page)).slice(0, 3)).toEqual(['Film 001', 'Film 002', 'Film 003']);
  await page.getByRole('button', { name: 'Move Film 001' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('Taken up.').waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowDown');
  await page.getByText('Place 2 of 9.').waitFor({ state: 'attached' });
  await page.keyboard.press('Space');
  await expect.poll(async () => (await shown(page)).slice(0, 3), settled).toEqual(['Film 002', 'Film 001', 'Film 003']);
  await page.getByRole('button', { name: 'Actions for Film 003' }).click();
  await page.getByRole('menuitem', { name: 'Move to the front' }).click();
  await expect.poll(async () => (await shown(page)).slice(0, 3), settled).toEqual(['Film 003', 'Film 002', 'Film 001']);
  const { body } = await home().server().ask('GET', '/jobs?sort=queue&limit=1');
  expect(jobList.parse(body).items[0]?.input).toContain('Film 003');
});

test('a job is dragged to another place', async () => {
  const { page } = await home().visit('/queue?sort=queue&search="film 10"');
  await row(page, 'Film 100').waitFor();
  const grip = await page.getByRole('button', { name: 'Move Film 100' }).boundingBox();
  if (grip === null) throw new Error('there is no grip');
  const [x, y] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 60, { steps: 4 });
  await page.mouse.move(x, y + 112, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await shown(page)).slice(0, 3), settled).toEqual(['Film 101', 'Film 102', 'Film 100']);
});

test('some are chosen and paused; all that match go on, are cancelled after a question, and the page says what came of it', async () => {
  const { page } = await home().visit('/queue?sort=createdAt&search="film 05"');
  await page.getByRole('checkbox', { name: 'Choose Film 050' }).check();
  await page.getByRole('checkbox', { name: 'Choose Film 051' }).check();
  const bar = page.getByRole('region', { name: 'Chosen jobs' });
  await bar.getByText('2 chosen').waitFor();
  await bar.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('2 jobs are paused').waitFor();
  await row(page, 'Film 051').getByText('Paused').waitFor();
  await page.getByRole('checkbox', { name: 'Choose all 10 jobs' }).check();
  await bar.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Keep them' }).last().waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel the jobs' }).click();
  await page.getByText('10 jobs are cancelled').waitFor();
  await row(page, 'Film 059').getByText('Cancelled').waitFor();
  await row(page, 'Film 059').getByText('Ended just now').waitFor();
});

test('what others do is shown without a reload, and what one reads stays where it is', async () => {
  const { folder, server } = home();
  const { page } = await home().visit('/queue');
  await row(page, 'Film 260').waitFor();
  await page.mouse.wheel(0, 3000);
  const reading = page.getByRole('link', { name: 'Film 200', exact: true });
  await reading.scrollIntoViewIfNeeded();
  const before = await reading.boundingBox();
  await writeFile(join(folder, 'New.mkv'), 'a new film');
  const wish = { input: join(folder, 'New.mkv'), outputDir: join(folder, 'out'), profile: 'draft' };
  const id = await server().addJob(wish);
  await page.getByText('262 jobs').waitFor();
  await expect.poll(async () => (await reading.boundingBox())?.y, settled).toBeCloseTo(before?.y ?? 0, 0);
  await server().ask('POST', `/jobs/${id}/pause`);
  await page.keyboard.press('Home');
  await row(page, 'New').getByText('Paused').waitFor();
  expect(jobDetail.parse(await server().job(id)).state).toBe('paused');
});

test.each([
  ['light', 1280, 800],
  ['dark', 390, 844],
] as const)('the queue has no barrier when it is %s and %d pixels wide', async (scheme, width, height) => {
  const { page, faults } = await home().visit('/queue?sort=queue', { scheme, width, height });
  await page.locator('.queue-row .queue-name').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});
