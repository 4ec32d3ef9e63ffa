import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { jobDetail } from '#shared/model/job.ts';
import { type DesktopStanding, desktopStanding } from '#shared/protocol/desktop.ts';
import { barriers, house } from '../helpers/screens.ts';

/*
 * The pages as they stand in the desktop app. Its bridge is played: what a page asks is written down, and the test tells the news.
 */

const home = house();

const first: DesktopStanding = desktopStanding.parse({
  settings: {},
  secrets: 'kept',
  fileMenu: null,
  server: { state: 'off', url: null, problem: null },
  node: { state: 'off', problem: null, lent: null },
  pause: null,
});
const lent: DesktopStanding = {
  ...{ ...first, settings: { ...first.settings, mode: 'node' } },
  node: { state: 'running', problem: null, lent: { name: 'Den', port: 9626, serverUrl: null, pairing: null } },
};

/** Before the page is read: a bridge that answers from `answers`. */
async function playBridge(page: Page, isOwnPage: boolean, answers: Record<string, unknown>): Promise<void> {
  await page.addInitScript(
    ({ isOwn, given }) => {
      const asked: unknown[] = [];
      const listeners: ((news: unknown) => void)[] = [];
      Object.assign(globalThis, {
        asked,
        tellPage: (news: unknown) => {
          for (const listener of listeners) listener(news);
        },
        desktop: {
          isOwnPage: isOwn,
          call: async ({ call, ask }: { call: string; ask: unknown }) => {
            if (call !== 'standing') asked.push([call, ask]);
            return { ok: true, answer: Object.hasOwn(given, call) ? given[call] : null };
          },
          listen: (listener: (news: unknown) => void) => {
            listeners.push(listener);
            return () => listeners.splice(listeners.indexOf(listener), 1);
          },
          pathOf: () => '',
        },
      });
    },
    { isOwn: isOwnPage, given: answers },
  );
}

const asked = (page: Page) => page.evaluate('asked');
const tell = (page: Page, news: unknown) => page.evaluate(`tellPage(${JSON.stringify(news)})`);

test('a first start asks one thing, then shows the lent machine with the digits of its pairing', async () => {
  const { page, faults } = await home().stranger();
  await playBridge(page, true, { standing: first });
  await page.goto('/');
  await page.getByRole('heading', { level: 1, name: 'What is this computer?' }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('radio', { name: /Lend this machine/ }).click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await tell(page, { kind: 'standing', standing: lent });
  await page.getByText('Den waits for a server.').waitFor();
  expect(await asked(page)).toEqual([['choose-mode', { mode: 'node' }]]);

  const pairing = { name: 'attic', address: '192.168.1.5', digits: '123456' };
  await tell(page, {
    kind: 'standing',
    standing: { ...lent, node: { ...lent.node, lent: { ...lent.node.lent, pairing } } },
  });
  await page.getByText('123 456').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('switch', { name: 'Rest on battery' }).click();
  expect(await asked(page)).toEqual([
    ['choose-mode', { mode: 'node' }],
    ['pause', { forMs: null }],
    ['change-settings', { pauseOnBattery: false }],
  ]);
  expect(faults).toEqual([]);
});

test('a server that can’t start says why, and is tried again', async () => {
  const { page } = await home().stranger();
  const problem = 'FFmpeg was not found';
  const standing = {
    ...{ ...first, settings: { ...first.settings, mode: 'server' } },
    server: { state: 'broken', url: null, problem },
  };
  await playBridge(page, true, { standing });
  await page.goto('/');
  await page.getByText(problem).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Try again' }).click();
  expect(await asked(page)).toEqual([['choose-mode', { mode: 'server' }]]);
});

test('a server that is lent too shows the digits of a pairing over any page, until it is answered over there', async () => {
  const { page, faults } = await home().visit('/', { width: 390, height: 844 });
  const both: DesktopStanding = {
    ...{ ...lent, settings: { ...first.settings, mode: 'both' } },
    server: { state: 'running', url: 'http://127.0.0.1:7420', problem: null },
  };
  const asking = (pairing: { name: string; address: string; digits: string } | null): DesktopStanding => {
    return { ...both, node: { ...both.node, lent: { name: 'Den', port: 9626, serverUrl: null, pairing } } };
  };
  const ask = (pairing: Parameters<typeof asking>[0]) => tell(page, { kind: 'standing', standing: asking(pairing) });
  const standing = asking({ name: 'attic', address: '192.168.1.5', digits: '123456' });
  await playBridge(page, false, { standing, 'take-films': [] });
  await page.goto('/queue');
  await page.getByRole('heading', { level: 1 }).waitFor();
  const asks = page.getByRole('dialog', { name: 'A server wants this machine' });
  await asks.getByText('attic (192.168.1.5) wants to be paired with this machine.').waitFor();
  await asks.getByText('123 456').waitFor();
  await asks.getByText('If they differ, somebody else is asking: cancel on the server.').waitFor();
  expect(await barriers(page)).toEqual([]);
  await ask(null);
  await asks.waitFor({ state: 'detached' });

  // Hidden, it stays hidden; the next one is shown.
  await ask({ name: 'attic', address: '192.168.1.5', digits: '654321' });
  await asks.getByText('654 321').waitFor();
  await page.keyboard.press('Escape');
  await asks.waitFor({ state: 'detached' });
  await ask({ name: 'cellar', address: '192.168.1.6', digits: '111222' });
  await asks.getByText('111 222').waitFor();
  expect(faults).toEqual([]);
});

test('films that the system picks are chosen where they lie, and the app leads to their screen', async () => {
  const { page } = await home().visit('/');
  const film = { isFolder: false, path: '/films/My Film.mkv', name: 'My Film.mkv', sizeBytes: 5_000_000 };
  const season = { isFolder: true, path: '/films/Season 1', name: 'Season 1', sizeBytes: null };
  await playBridge(page, false, { 'take-films': [], 'pick-films': [film], 'pick-folders': [season, season] });
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await tell(page, { kind: 'go', to: '/add' });
  await page.getByRole('tab', { name: 'This device' }).click();
  await page.getByRole('button', { name: 'Choose films' }).click();
  await page.getByText('My Film.mkv').first().waitFor();
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await page.getByText('Season 1').first().waitFor();
  const chosen = await page.evaluate(`JSON.parse(sessionStorage.getItem('encrew-chosen-films'))`);
  expect(chosen).toEqual([film, season]);
});

test('a finished film is shown in the file manager by the name that it has there, and in a browser not at all', async () => {
  const { folder, server, visit } = home();
  const input = join(folder, 'film.mkv');
  await writeFile(input, 'no film');
  const id = await server().addJob({ input, outputDir: join(folder, 'out'), profile: 'draft' });
  const { page } = await visit('/');
  await page.route(`**/api/v1/jobs/${id}`, async (route) => {
    const response = await route.fetch();
    const job = jobDetail.parse(await response.json());
    const output = join(folder, 'out', 'master.m3u8');
    await route.fulfill({ response, json: { ...job, state: 'completed', error: null, output } });
  });
  await page.goto(`/jobs/${id}`);
  await page.getByText('master.m3u8').first().waitFor();
  expect(await page.getByRole('button', { name: /^Show in/ }).count()).toBe(0);

  const about = { version: '0.1.0', electron: '45.4.1', platform: 'darwin-arm64', canUpdate: true };
  await playBridge(page, false, { about, 'take-films': [], 'show-output': false });
  await page.reload();
  await page.getByRole('button', { name: 'Show in Finder' }).click();
  await page.getByText('It is no longer there.').waitFor();
  expect(await asked(page)).toContainEqual(['show-output', { jobId: id }]);
  expect(await barriers(page)).toEqual([]);
});

test('the settings have a section for this computer in the app, and none in a browser', async () => {
  const { page } = await home().visit('/settings');
  expect(await page.getByRole('link', { name: 'This computer' }).count()).toBe(0);
  const standing = { ...first, settings: { ...first.settings, mode: 'server' } };
  await playBridge(page, false, { standing, 'take-films': [], 'show-log': false });
  await page.goto('/settings/computer');
  await page.getByRole('switch', { name: 'Start with the session' }).click();
  const fileMenu = page.getByRole('switch', { name: '“Encode with Encrew” in the menu of films' });
  expect(await fileMenu.count()).toBe(0);
  await tell(page, { kind: 'standing', standing: { ...standing, fileMenu: true } });
  await fileMenu.click();
  await page.getByRole('button', { name: 'Show the log' }).click();
  await page.getByText('There is no log yet.').waitFor();
  expect(await asked(page)).toEqual([
    ['change-settings', { autostart: true }],
    ['change-settings', { fileMenu: false }],
    ['show-log', null],
  ]);
  expect(await page.getByRole('switch', { name: 'Rest on battery' }).count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
});

test('how the keys of this computer lie is told beside the switch for the keychain', async () => {
  const { page } = await home().visit('/settings');
  const standing = { ...first, settings: { ...first.settings, mode: 'server' } };
  await playBridge(page, false, { standing, 'take-films': [] });
  await page.goto('/settings/computer');
  const keychain = page.getByRole('switch', { name: 'Keep secrets in the system’s keychain' });
  await page.getByText('The keys of this machine lie sealed on the disk; only this app opens them.').waitFor();
  await keychain.click();
  expect(await asked(page)).toEqual([['change-settings', { keychain: false }]]);
  await tell(page, { kind: 'standing', standing: { ...standing, secrets: 'unavailable' } });
  await page.getByText('This system has none that can be used').waitFor();
  await tell(page, { kind: 'standing', standing: { ...standing, secrets: 'locked' } });
  await page.getByRole('alert').getByText('The keychain does not open the keys of this machine').waitFor();
  expect(await barriers(page)).toEqual([]);
});

test('keys that the keychain does not open are told of, and new ones are begun with only after a question', async () => {
  const { page } = await home().stranger();
  const problem = '/data/identity.json is sealed with a key that the keychain does not give out';
  const standing = {
    ...{ ...first, settings: { ...first.settings, mode: 'server' }, secrets: 'locked' },
    server: { state: 'broken', url: null, problem },
  };
  await playBridge(page, true, { standing });
  await page.goto('/');
  await page.getByText(problem).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Begin with new keys' }).click();
  const question = page.getByRole('dialog', { name: 'Begin with new keys?' });
  await question.getByText('Every machine has to be paired again').waitFor();
  expect(await barriers(page)).toEqual([]);
  await question.getByText('Leave them').click();
  await question.waitFor({ state: 'detached' });
  expect(await asked(page)).toEqual([['choose-mode', { mode: 'server' }]]);
  await page.getByRole('button', { name: 'Begin with new keys' }).click();
  await question.getByRole('button', { name: 'Begin with new keys' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await asked(page)).toEqual([
    ['choose-mode', { mode: 'server' }],
    ['renew-secrets', null],
  ]);
});
