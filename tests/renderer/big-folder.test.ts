import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { house } from '../helpers/screens.ts';

/*
 * A folder of the server with more entries than anybody reads.
 */

const home = house(['--no-node']);
const count = 50_000;
const lastFilm = `Film ${count}.y4m`;

beforeAll(() => {
  const folder = join(home().folder, 'films');
  mkdirSync(folder);
  for (let n = 1; n < count; n += 1) closeSync(openSync(join(folder, `Film ${n}.y4m`), 'w'));
  // The one that is chosen is planned.
  writeFileSync(join(folder, lastFilm), `YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420\nFRAME\n${'x'.repeat(384)}`);
});

/** The place in the folder of the last entry that is drawn, from 1 on. */
function lastDrawn(page: Page): Promise<number> {
  return page.evaluate(`Number([...document.querySelectorAll('[role="listitem"]')].at(-1)?.ariaPosInSet ?? 0)`);
}

test('a folder with 50,000 films is opened, gone through to its end, and the last film chosen, all by keyboard', async () => {
  const { page, faults } = await home().visit('/add');
  await page.getByRole('button', { name: 'Open films' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Choose Film 1.y4m' }).waitFor();
  await page.getByText('50,000 entries').waitFor();
  await page.getByRole('list', { name: 'Content of the folder' }).locator('..').focus();
  let last = 0;
  while (last < count) {
    const before = last;
    await page.keyboard.press('End');
    await expect.poll(() => lastDrawn(page), { timeout: 20_000, interval: 20 }).toBeGreaterThan(before);
    last = await lastDrawn(page);
  }
  // Whatever was read, no more is drawn than is in sight.
  const drawn = await page.getByRole('listitem').count();
  expect(drawn).toBeLessThan(40);
  const wanted = page.getByRole('checkbox', { name: `Choose ${lastFilm}` });
  for (let presses = 0; presses < drawn; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await wanted.and(page.locator(':focus')).count()) === 1) break;
  }
  await page.keyboard.press('Space');
  expect(await wanted.isChecked()).toBe(true);
  await page.getByRole('region', { name: 'What you will get' }).getByText('16 × 16', { exact: true }).waitFor();
  await page.getByRole('button', { name: `Take ${lastFilm} off the list` }).waitFor();
  expect(faults).toEqual([]);
}, 180_000);
