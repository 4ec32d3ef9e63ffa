import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchFolderList } from '#shared/protocol/watch-folders.ts';
import { barriers, house } from '../helpers/screens.ts';

// Nobody encodes: what is added stays in the queue.
const home = house(['--no-node', '--no-mdns']);

test('a rule is tried, told its faults, saved, and takes what is dropped into its folder', async () => {
  const { folder, server } = home();
  const films = join(folder, 'films');
  await mkdir(join(films, 'Show'), { recursive: true });
  await writeFile(join(films, 'Show', 'first.mkv'), 'one');
  await writeFile(join(films, 'notes.txt'), 'none');
  const { page, faults } = await home().visit('/library');

  await page.getByRole('button', { name: 'Watch a folder' }).click();
  const dialog = page.getByRole('dialog', { name: 'Watch a folder' });
  await dialog.getByRole('button', { name: 'Browse for: Folder' }).click();
  const browser = page.getByRole('dialog', { name: 'Folder', exact: true });
  await browser.getByRole('button', { name: 'Open films' }).click();
  await browser.getByRole('button', { name: 'Take this folder' }).click();
  await dialog.getByRole('combobox', { name: 'Profile' }).click();
  await page.getByRole('option').first().click();
  await dialog.getByRole('textbox', { name: 'Where packages go' }).fill(films);
  await dialog.getByRole('button', { name: 'See what would happen' }).click();
  await dialog.getByText('which would feed itself').waitFor();

  await dialog.getByRole('textbox', { name: 'Where packages go' }).fill(join(folder, 'out'));
  await dialog.getByRole('button', { name: 'See what would happen' }).click();
  await dialog.getByRole('list', { name: '1 film would be encoded' }).getByText('Show/first.mkv').waitFor();
  await dialog.getByText('it is no film by its name').waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(watchFolderList.parse((await server().ask('GET', '/watch-folders')).body).total).toBe(0);

  await dialog.getByRole('button', { name: 'Fine points' }).click();
  await dialog.getByLabel('Seconds without change').fill('1');
  await dialog.getByText('The rule has changed since.').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('list', { name: 'Watched folders' }).getByRole('link', { name: 'films' }).click();

  await page.getByRole('heading', { name: 'films', level: 1 }).waitFor();
  const files = page.getByRole('list', { name: 'Files of films' });
  await files.getByText('Show/first.mkv').waitFor();
  await copyFile(join(films, 'Show', 'first.mkv'), join(films, 'dropped.mkv'));
  await files.getByText('dropped.mkv').waitFor();

  await page.getByRole('button', { name: 'More for films' }).click();
  await page.getByRole('menuitem', { name: 'Watch no longer' }).click();
  await page.getByRole('button', { name: 'Watch no longer' }).click();
  await page.getByText('No folder is watched yet').waitFor();
  // The refused trial is one.
  expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
}, 60_000);

test.each(['light', 'dark'] as const)('the library and a folder have no barrier when they are %s', async (scheme) => {
  const { folder, server } = home();
  const films = join(folder, `shelf-${scheme}`);
  await mkdir(films);
  await writeFile(join(films, 'a.mkv'), scheme);
  const rule = { path: films, profile: 'draft', outputDir: join(folder, 'out'), rules: { settleSec: 1 } };
  expect((await server().ask('POST', '/watch-folders', rule)).status).toBe(201);
  const { page, faults } = await home().visit('/library', { scheme });
  const link = page.getByRole('link', { name: `shelf-${scheme}` });
  await link.waitFor();
  expect(await barriers(page)).toEqual([]);
  await link.click();
  await page.getByRole('list', { name: `Files of shelf-${scheme}` }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});
