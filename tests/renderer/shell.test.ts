import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { errorEventList } from '#shared/protocol/errors.ts';
import { freePort } from '../helpers/free-port.ts';
import { barriers, house } from '../helpers/screens.ts';
import { startServerProcess } from '../helpers/server-process.ts';
import { repository } from '../helpers/source-tree.ts';

const port = await freePort();
const home = house(['--no-node', '--port', String(port)]);

test('what no code of the page caught is told to the server, with the screen it happened on', async () => {
  const { page } = await home().visit('/settings/about');
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('the clapper broke');
    });
    void Promise.reject(new Error('the reel ran out'));
  });
  const told = async () => {
    const { items } = errorEventList.parse((await home().server().ask('GET', '/errors?source=frontend')).body);
    return items.map(({ message, context }) => [message, JSON.stringify(context['path'])].join(' at ')).toSorted();
  };
  await expect.poll(told).toEqual(['the clapper broke at "/settings/about"', 'the reel ran out at "/settings/about"']);
});

test('each screen is reached by the navigation and names the page', async () => {
  const { page, faults } = await home().visit('/');
  const places = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  const names = await places.allTextContents();
  expect(names).toEqual(['Home', 'Add', 'Queue', 'Crew', 'Library', 'Profiles', 'Settings']);
  for (const name of names.slice(1)) {
    await places.filter({ hasText: name }).click();
    await expect.poll(() => page.title()).toBe(`${name} · Encrew`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  expect(faults).toEqual([]);
});

/** Where the build has put the words of a screen. */
async function wordsFile(language: string, name: string): Promise<string> {
  const manifest = await readFile(join(repository, 'dist', 'renderer', '.vite', 'manifest.json'), 'utf8');
  const chunks = z.record(z.string(), z.object({ file: z.string() })).parse(JSON.parse(manifest));
  return chunks[`texts/${language}/${name}.json`]?.file ?? 'none';
}

test('a page reads the words of its own language alone, and English ones where those can’t be read', async () => {
  const { page } = await home().visit('/', { locale: 'de-DE' });
  const read = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`);
  const isRead = async (language: string) => {
    const file = await wordsFile(language, 'home');
    return read.some((url) => url.endsWith(file));
  };
  expect([await isRead('de'), await isRead('en')]).toEqual([true, false]);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Start');

  await page.route(`**/${await wordsFile('de', 'home')}`, (route) => route.abort());
  await page.reload();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Home');
  await page.getByRole('link', { name: 'Warteschlange' }).waitFor();
});

test('a lost server is shown, and the page goes on by itself once it is back, with what was typed', async () => {
  const { page } = await home().visit('/settings/general');
  const films = page.getByLabel('Films at once');
  await films.fill('7');
  await home().server().stop();
  await page.getByText("The server can't be reached").first().waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByRole('alert').waitFor();
  expect(await films.inputValue()).toBe('7');

  const { folder } = home();
  const back = await startServerProcess(home().server().dataDir, [
    '--no-node',
    '--port',
    String(port),
    '--root',
    folder,
  ]);
  await page.getByRole('status').waitFor({ state: 'detached' });
  expect(await films.inputValue()).toBe('7');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Set in settings.json').waitFor();
  const { body } = await back.ask('GET', '/settings');
  expect(JSON.stringify(body)).toContain('"key":"jobsAtOnce","value":7');
});
