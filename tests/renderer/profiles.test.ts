import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Profile, profile } from '#shared/model/profile.ts';
import { jobList } from '#shared/protocol/jobs.ts';
import { sessionView } from '#shared/protocol/session.ts';
import { barriers, house, owner } from '../helpers/screens.ts';

const home = house(['--no-node']);

test('a built-in profile is copied, its ladder changed by keyboard, faults told at their fields, and saved', async () => {
  const { page, faults } = await home().visit('/profiles');
  await copyOf(page, 'Plays everywhere', 'My phone');
  await put(page, '720p', 'Up', 1);
  const width = page.getByLabel('Width of 720p');
  await width.fill('1281');
  await page.getByText('An even number.').waitFor();
  expect(await width.getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByRole('button', { name: 'Save as version 2' }).isDisabled()).toBe(true);
  await width.fill('1280');
  await page.getByLabel('Bitrate of 720p').fill('3000');
  await page.getByRole('button', { name: 'Remove 360p' }).click();
  await save(page, 2);
  expect(await ladderOf(page, 'my-phone')).toEqual([
    [720, 3_000_000],
    [1080, 4_500_000],
    [480, 1_000_000],
  ]);
  expect(faults).toEqual([]);
});

test('a profile that was changed says what it would make of a film, and makes a job of it', async () => {
  const { page, faults } = await home().visit('/profiles');
  await copyOf(page, 'Plays everywhere', 'Set-top box');
  await page.getByLabel('Bitrate of 720p').fill('3300');
  await save(page, 2);
  const film = join(home().folder, 'short.y4m');
  const picture = Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(1280 * 720 * 1.5, 128)]);
  await writeFile(film, Buffer.concat([Buffer.from('YUV4MPEG2 W1280 H720 F25:1 Ip A1:1 C420\n'), picture, picture]));
  await page.getByRole('link', { name: 'Add', exact: true }).click();
  await page.getByLabel('Path of a film or folder on the server').fill(film);
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: 'Set-top box' }).check();
  const plan = page.getByRole('region', { name: 'What you will get' });
  await plan.getByText(/3\.3 Mb\/s/).waitFor();
  await page.getByRole('button', { name: 'Start encoding' }).click();
  await page.waitForURL(/\/jobs\//);
  const [job] = jobList.parse((await home().server().ask('GET', '/jobs')).body).items;
  expect(job).toMatchObject({ input: film, profile: 'set-top-box', profileVersion: 2 });
  expect(faults).toEqual([]);
});

test('a second version tells what changed, and the first one is brought back as a third', async () => {
  const { page, faults } = await home().visit('/profiles');
  await copyOf(page, 'Plays everywhere', 'Telephone');
  await page.getByLabel('Bitrate of 1080p').fill('5000');
  await save(page, 2);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('button', { name: 'What changed in version 2' }).click();
  await page.getByRole('cell', { name: '1080p · 5 Mb/s · high' }).waitFor();
  await page.getByRole('button', { name: 'Go back to version 1' }).click();
  await page.getByRole('button', { name: 'Go back', exact: true }).click();
  await page.getByText('Version 3', { exact: true }).first().waitFor();
  expect(await ladderOf(page, 'telephone')).toContainEqual([1080, 4_500_000]);
  expect(faults).toEqual([]);
});

test('what was typed survives leaving the screen, and is not laid over what somebody else saved meanwhile', async () => {
  const { page } = await home().visit('/profiles');
  await copyOf(page, 'Anime', 'Evening');
  await page.getByLabel('Name', { exact: true }).fill('Evening films');
  await page.getByRole('link', { name: 'Queue' }).click();
  await page.getByRole('button', { name: 'Leave and keep them' }).click();
  await page.getByRole('heading', { name: 'Queue', level: 1 }).waitFor();
  const recipe = { ...(await recipeOf(page, 'evening')), description: 'Changed on another screen' };
  await elsewhere('PUT', '/profiles/evening', { recipe, baseVersion: 1 });
  await page.goBack();
  await page.getByText('Somebody saved version 2 meanwhile').waitFor();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Evening films');
  expect(await page.getByRole('button', { name: 'Save as version 3' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Keep my changes' }).click();
  await save(page, 3);
  await page.getByRole('heading', { name: 'Evening films', level: 1 }).waitFor();
});

test('an exported profile is imported under another name, and a file that is none is refused in words', async () => {
  const { page } = await home().visit('/profiles/mp4-1080p');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export' }).click(),
  ]);
  const recipe = profile.parse(JSON.parse(await readFile(await download.path(), 'utf8')));
  const mine = join(home().folder, 'mine.json');
  await page.getByRole('link', { name: 'Profiles' }).first().click();
  const choose = async (text: string) => {
    await writeFile(mine, text);
    await page.locator('input[type=file]').setInputFiles(mine);
  };
  await page.getByRole('button', { name: 'Import a file' }).waitFor();
  await choose('a film');
  await page.getByText('mine.json is not a profile').waitFor();
  await choose(JSON.stringify({ ...recipe, name: 'imported', video: { ...recipe.video, gopSec: 99 } }));
  await page.getByText('video.gopSec', { exact: true }).waitFor();
  await choose(JSON.stringify({ ...recipe, name: 'imported', title: 'Brought along' }));
  await page.getByRole('heading', { name: 'Brought along', level: 1 }).waitFor();
});

test('a profile is deleted after a question, and brought back', async () => {
  const { page } = await home().visit('/profiles');
  await copyOf(page, 'Quick look', 'Short-lived');
  await page.getByRole('link', { name: 'Profiles' }).first().click();
  await page.getByRole('button', { name: 'More for Short-lived' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete the profile' }).click();
  await page.getByRole('link', { name: 'Short-lived' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('button', { name: 'Bring back Short-lived' }).click();
  await page.getByRole('link', { name: 'Short-lived' }).waitFor();
});

test('a viewer reads profiles and sees no way to change them', async () => {
  const { page, faults } = await home().stranger();
  const viewer = { name: 'guest', password: 'only looking around' };
  await elsewhere('POST', '/users', { ...viewer, role: 'viewer' });
  await page.goto('/profiles');
  await page.getByLabel('Name').fill(viewer.name);
  await page.getByLabel('Password').first().fill(viewer.password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'More for Anime' }).click();
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Export']);
  expect(await page.getByRole('button', { name: 'Import a file' }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Anime' }).click();
  await page.getByText('Japanese, English').waitFor();
  expect(await page.getByRole('button', { name: 'Make a copy' }).count()).toBe(0);
  expect(await page.locator('main input:not([type=radio])').count()).toBe(0);
  expect(faults).toEqual([]);
});

test.each(['light', 'dark'] as const)(
  'list, recipe and editor have no barrier when they are %s',
  async (scheme) => {
    const { page, faults } = await home().visit('/profiles', { scheme });
    await page.getByRole('link', { name: 'Anime' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto('/profiles/hls-anime');
    await page.locator('.recharts-surface').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto('/profiles');
    await copyOf(page, 'HDR and SDR', `Television ${scheme}`);
    await page.locator('.recharts-surface').waitFor();
    for (const more of await page.getByRole('button', { name: /^Advanced/ }).all()) await more.click();
    await page.getByLabel('Height of 1080p').fill('');
    await page.getByText('Something belongs here.').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(faults).toEqual([]);
  },
  120_000,
);

/** Copies a profile of the list and waits for the editor of the copy. */
async function copyOf(page: Page, title: string, name: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${title}` }).click();
  await page.getByRole('menuitem', { name: 'Make a copy' }).click();
  await page.getByLabel('What is the copy called?').fill(name);
  await page.getByRole('button', { name: 'Make the copy' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Moves a rung by one place with the keys, as a screen reader tells it. */
async function put(page: Page, rung: string, key: 'Up' | 'Down', place: number): Promise<void> {
  const told = (words: string) => page.getByText(`${rung} ${words}`).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: `Move ${rung}`, exact: true }).focus();
  await page.keyboard.press('Space');
  await told('taken');
  await page.keyboard.press(`Arrow${key}`);
  await told(`moved to place ${place}`);
  await page.keyboard.press('Space');
  await told(`put at place ${place}`);
}

async function save(page: Page, version: number): Promise<void> {
  await page.getByRole('button', { name: `Save as version ${version}` }).click();
  await page.getByText(`Version ${version}`, { exact: true }).first().waitFor();
}

async function ladderOf(page: Page, name: string): Promise<(number | null)[][]> {
  const { video } = await recipeOf(page, name);
  return video.ladder.map(({ height, bitrateBps }) => [height, bitrateBps]);
}

/** What the owner does at the same time from another device. */
async function elsewhere(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
  const { url } = home().server();
  const send = (way: string, to: string, json: object, headers: Record<string, string>) =>
    fetch(`${url}/api/v1${to}`, {
      method: way,
      headers: { 'content-type': 'application/json', origin: url, ...headers },
      body: JSON.stringify(json),
    });
  const session = await send('POST', '/session', owner, {});
  const csrfToken = sessionView.parse(await session.json()).csrfToken ?? '';
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const answer = await send(method, path, body, { cookie, 'x-csrf-token': csrfToken });
  expect(answer.ok).toBe(true);
}

async function recipeOf(page: Page, name: string): Promise<Profile> {
  const answer = await page.request.get(`/api/v1/profiles/${name}/export`);
  return profile.parse(await answer.json());
}
