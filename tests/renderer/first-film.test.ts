import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { house, owner } from '../helpers/screens.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';

const home = house([], { isNew: true });

let films = '';
beforeAll(async () => {
  films = join(home().folder, 'films');
  await mkdir(films);
  await makeTwoLanguageFilm(films);
  for (const name of ['plain.srt', 'styled.ass', 'Tiny Sans.ttf', 'chapters.ffmeta']) await rm(join(films, name));
});

/** As somebody without a mouse comes to it. */
async function tabTo(page: Page, aim: Locator): Promise<void> {
  await aim.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await aim.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not come to ${String(aim)}`);
}

function playedSec(page: Page): Promise<number> {
  return page.evaluate(`document.querySelector('video')?.currentTime ?? -1`);
}

/** `plays`, or all that tells why it does not. */
function howItPlays(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const video = document.querySelector('video');
    if (video === null) return 'there is no film';
    if (video.currentTime > 0.3) return 'plays';
    const { currentTime, paused, readyState, networkState, duration, error } = video;
    const focus = document.activeElement?.outerHTML.slice(0, 120);
    return JSON.stringify({ currentTime, paused, readyState, networkState, duration, error: error?.message, focus });
  })()`);
}

test('by keyboard alone, a new server has an owner, its places, and a film that is encoded and plays', async () => {
  const { page, faults } = await home().stranger();
  const press = async (aim: Locator, key = 'Enter'): Promise<void> => {
    await tabTo(page, aim);
    await page.keyboard.press(key);
  };
  const type = async (aim: Locator, text: string): Promise<void> => {
    await tabTo(page, aim);
    await page.keyboard.insertText(text);
  };
  await page.goto('/');
  await type(page.getByLabel('Name'), owner.name);
  await type(page.getByLabel('New password'), owner.password);
  await page.keyboard.press('Enter');
  // A place for what is made is offered.
  await press(page.getByRole('button', { name: 'Go on' }));
  await press(page.getByRole('button', { name: 'Open films' }));
  await press(page.getByRole('checkbox', { name: 'Choose two languages.mkv' }), 'Space');
  await press(page.getByRole('button', { name: 'Start encoding' }));
  await page.waitForURL(/\/jobs\//);
  await page.getByRole('tabpanel').getByText('Publishing').waitFor({ timeout: 60_000 });
  await page.getByText(/Took .+, done /).waitFor({ timeout: 60_000 });
  await press(page.getByRole('tab', { name: 'Work' }), 'ArrowLeft');
  await press(page.getByRole('button', { name: 'Play', exact: true }));
  await expect.poll(() => howItPlays(page), { timeout: 20_000 }).toBe('plays');
  const position = page.getByRole('slider', { name: 'Position in the film' });
  await tabTo(page, position);
  await page.keyboard.press('End');
  await expect.poll(() => playedSec(page)).toBeCloseTo(5, 0);
  expect(faults).toEqual([]);
}, 120_000);
