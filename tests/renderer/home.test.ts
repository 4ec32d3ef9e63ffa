import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { barriers, house } from '../helpers/screens.ts';

const home = house(['--no-node']);

test('an empty server says what to do first', async () => {
  const { page, faults } = await home().visit('/');
  await page.getByRole('heading', { name: 'Everything is ready for your first film' }).waitFor();
  expect(await page.getByRole('link', { name: 'Add films' }).getAttribute('href')).toBe('/add');
  await page.getByText('free of').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('what failed is told with why and what helps, and is tried again by a button', async () => {
  const { folder, server } = home();
  const { page, faults } = await home().visit('/', { scheme: 'dark', width: 390, height: 844 });
  const film = join(folder, 'Broken Reel.mkv');
  await writeFile(film, 'no film');
  const id = await server().addJob({ input: film, outputDir: join(folder, 'out'), profile: 'draft' });
  const panel = page.getByRole('region', { name: 'Needs you' });
  await panel.getByText('FFmpeg finds no film').waitFor();
  await panel.getByText('Check that the file is there and plays').waitFor();
  expect(await panel.getByRole('link', { name: 'See why: Broken Reel' }).getAttribute('href')).toBe(`/jobs/${id}`);
  await page.getByRole('region', { name: 'What was made' }).getByText('1 failed').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  await panel.getByRole('button', { name: 'Try again: Broken Reel' }).click();
  await expect
    .poll(async () => (await server().timeline(id)).join(', '), { timeout: 20_000 })
    .toContain('failed > queued');
  expect(faults).toEqual([]);
});
