import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { below, pathOf, webAddressOf } from '../../src-renderer/screens/add/chosen.ts';
import { withFolders } from '../../src-renderer/data/film-folders.ts';
import { batchList, jobList } from '#shared/protocol/jobs.ts';
import { listenOnLoopback } from '../helpers/listen-on-loopback.ts';
import { barriers, house } from '../helpers/screens.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';

// Nobody encodes: what was added stays as it is.
const home = house(['--no-node']);

let films = '';
beforeAll(async () => {
  films = join(home().folder, 'films');
  await mkdir(join(films, 'Show', 'Season 1'), { recursive: true });
  await makeTwoLanguageFilm(films);
  for (const name of ['plain.srt', 'styled.ass', 'Tiny Sans.ttf', 'chapters.ffmeta']) await rm(join(films, name));
});

afterEach(async () => {
  for (const { id, state } of (await jobs()).filter((job) => job.state !== 'cancelled')) {
    if (state !== 'cancelled') await home().server().ask('POST', `/jobs/${id}/cancel`);
  }
});

async function jobs() {
  return jobList.parse((await home().server().ask('GET', '/jobs')).body).items;
}

async function openFilms(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open films' }).click();
}

const tinyFilm = 'YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420\nFRAME\n' + 'x'.repeat(384);

/** Sends a film without the screens, and answers its id. */
async function sendFilm(name: string): Promise<string> {
  const { url, token } = home().server();
  const tus = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' };
  const begun = await fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(tinyFilm.length), 'upload-metadata': `filename ${btoa(name)}` },
  });
  const path = begun.headers.get('location') ?? '';
  const sent = await fetch(`${url}${path}`, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: tinyFilm,
  });
  expect([begun.status, sent.status]).toEqual([201, 204]);
  return path.split('/').at(-1) ?? '';
}

/** What a person drops: a tree of names, files being arrays of text. */
type Dropped = { [name: string]: Dropped | string };

/** Browsers let no script make a dropped folder, so its reading is acted. */
async function drop(page: Page, tree: Dropped): Promise<void> {
  await page.locator('body').evaluate((body: EventTarget, what) => {
    type Tree = { [name: string]: Tree | string };
    const entryOf = (name: string, node: Tree | string): object => {
      if (typeof node === 'string') {
        const file = new File([node], name);
        return { isFile: true, isDirectory: false, name, file: (done: (file: File) => void) => done(file) };
      }
      const inner = Object.entries(node).map(([one, below]) => entryOf(one, below));
      const createReader = () => ({ readEntries: (done: (part: object[]) => void) => done(inner.splice(0)) });
      return { isFile: false, isDirectory: true, name, createReader };
    };
    const items = Object.entries(what).map(([name, node]) => ({
      kind: 'file',
      webkitGetAsEntry: () => entryOf(name, node),
    }));
    for (const type of ['dragenter', 'drop']) {
      const event = new Event(type, { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items } });
      body.dispatchEvent(event);
    }
  }, tree);
}

describe('adding films', () => {
  test('a film is chosen on the server, its plan says what is dropped and why, and it becomes a job', async () => {
    const { page, faults } = await home().visit('/add');
    await openFilms(page);
    await page.getByRole('checkbox', { name: 'Choose two languages.mkv' }).check();
    await page.getByRole('radio', { name: 'One file' }).check();
    const plan = page.getByRole('region', { name: 'What you will get' });
    await plan.getByRole('heading', { name: /^Left out/ }).waitFor();
    const dropped = plan.getByRole('listitem').filter({ hasText: 'left out' });
    expect(await dropped.first().innerText()).toContain('This kind of package has no place for it.');
    expect(await plan.innerText()).toContain('160 × 90');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start encoding' }).click();
    await page.waitForURL(/\/jobs\//);
    const [job] = await jobs();
    expect(job).toMatchObject({ input: join(films, 'two languages.mkv'), profile: 'mp4-1080p', priority: 5 });
    expect(page.url()).toContain(job?.id);
    expect(faults).toEqual([]);
  });

  test('a film that is dropped on any screen is sent, planned and added', async () => {
    const { page, faults } = await home().visit('/queue');
    await drop(page, { 'Dropped.y4m': tinyFilm });
    await page.getByRole('heading', { name: 'Add films' }).waitFor();
    await page.getByText(/^On the server · /).waitFor();
    await page.getByRole('region', { name: 'What you will get' }).getByText('16 × 16', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start encoding' }).click();
    await page.waitForURL(/\/jobs\//);
    expect((await jobs())[0]?.input).toMatch(/Dropped\.y4m$/);
    expect(faults).toEqual([]);
  });

  test('a folder becomes a batch, dropped or chosen on the server, with its folders kept', async () => {
    await writeFile(join(films, 'Show', 'Season 1', 'a.mkv'), 'one');
    await writeFile(join(films, 'Show', 'b.mkv'), 'two');
    const { page } = await home().visit('/add');
    await openFilms(page);
    await page.getByRole('checkbox', { name: 'Choose the folder Show' }).check();
    await drop(page, { Old: { 'c.mkv': 'three', 'notes.txt': 'no film', Extras: { 'd.mkv': 'four' } } });
    await page.getByText('Old / Extras / d.mkv').waitFor();
    await page.getByRole('textbox', { name: 'Folder for the finished package' }).fill(join(home().folder, 'out'));
    await page.getByRole('button', { name: /^Start/ }).click();
    await page.waitForURL(/\/queue/);
    const batches = batchList.parse((await home().server().ask('GET', '/batches')).body).items;
    expect(batches.map(({ name }) => name)).toEqual(['Old', join(films, 'Show')]);
    const places = (await jobs()).map(({ outputDir }) => outputDir.slice(home().folder.length)).slice(0, 4);
    expect(places.toSorted()).toEqual(['/out', '/out/Old', '/out/Old/Extras', '/out/Season 1']);
  });

  test('a film of a web address that may not be fetched is told in words, and is asked for again', async () => {
    const { page, faults } = await home().visit('/add', { width: 390, height: 844 });
    const path = page.getByLabel('Path of a film or folder on the server');
    await path.fill('ftp://films.example/a.mkv');
    await page.getByText('begin with https:// or http://').waitFor();
    await path.fill('https://me:word@films.example/a.mkv');
    await page.getByText('holds a user name or password').waitFor();
    expect(await page.getByRole('button', { name: 'Go', exact: true }).isDisabled()).toBe(true);
    let asked = 0;
    const far = createServer((_request, response) => {
      asked += 1;
      response.end('not for this machine');
    });
    onTestFinished(() => void far.close());
    await path.fill(`http://127.0.0.1:${await listenOnLoopback(far)}/Own%20film.mkv?key=secret`);
    await page.keyboard.press('Enter');
    await page.getByText('Not fetched', { exact: true }).waitFor();
    await page.getByText('leads to the server itself').waitFor();
    await page.getByText('Own film.mkv', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Fetch Own film.mkv again' }).click();
    await page.getByText('leads to the server itself').waitFor();
    await page.getByRole('button', { name: 'Take Own film.mkv off the list' }).click();
    await page.getByText('Not fetched', { exact: true }).waitFor({ state: 'detached' });
    expect([asked, faults]).toEqual([0, []]);
  });

  test('a film that is fetched is followed, also after a reload, and is planned and added when it has come', async () => {
    const { page, faults } = await home().visit('/add');
    const id = await sendFilm('Far film.y4m');
    // Not every machine can play another one to fetch from, so what the server says is acted here; add-from-web.test.ts has a real one.
    const film = {
      ...{ id, input: `upload:${id}`, name: 'Far film.y4m', sha256: null, receivedBytes: 250_000, finishedAt: null },
      ...{ state: 'receiving', createdAt: '2026-01-31T12:00:00.000Z', expiresAt: '2026-02-07T12:00:00.000Z' },
      fetched: { from: 'https://films.example/Far%20film.y4m', fault: null },
    };
    let sizeBytes: number | null = null;
    await page.route('**/api/v1/uploads/**', (route) => route.fulfill({ json: { ...film, sizeBytes } }));
    await page.getByLabel('Path of a film or folder on the server').fill('https://films.example/Far%20film.y4m?key=1');
    await page.keyboard.press('Enter');
    await page.getByText('250 kB fetched').waitFor();
    sizeBytes = 1_000_000;
    await page.getByText('250 kB of 1 MB fetched').waitFor();
    const progress = page.getByRole('progressbar', { name: 'How much of Far film.y4m was fetched' });
    expect(await progress.getAttribute('aria-valuenow')).toBe('25');
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await page.getByText('250 kB of 1 MB fetched').waitFor();
    await page.unroute('**/api/v1/uploads/**');
    await page.getByText(/^On the server · /).waitFor();
    await page.getByRole('region', { name: 'What you will get' }).getByText('16 × 16', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start encoding' }).click();
    await page.waitForURL(/\/jobs\//);
    expect((await jobs())[0]?.input).toMatch(/Far film\.y4m$/);
    await page.goto('/add');
    await page.getByText('Choose a film first.').waitFor();
    expect(faults).toEqual([]);
  });

  test('what can’t be planned is told in one line', async () => {
    const { page } = await home().visit('/add', { scheme: 'dark' });
    const path = page.getByLabel('Path of a film or folder on the server');
    await writeFile(join(films, 'noise.mkv'), 'no film at all');
    await path.fill(`"${join(films, 'noise.mkv')}"`);
    await page.keyboard.press('Enter');
    await page.getByText('FFmpeg finds no film or sound in it').waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});

test('a new server leads from its folders to a film that is added', async () => {
  const { page, faults } = await home().visit('/welcome', { width: 390, height: 844 });
  await page.getByText('These folders are open, by the flag --root:').waitFor();
  await page.getByRole('textbox', { name: 'Where should finished packages go?' }).fill(join(home().folder, 'made'));
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Go on' }).click();
  await openFilms(page);
  await page.getByRole('checkbox', { name: 'Choose two languages.mkv' }).check();
  await page.getByRole('button', { name: 'Start encoding' }).click();
  await page.waitForURL(/\/jobs\//);
  expect((await jobs())[0]).toMatchObject({ outputDir: join(home().folder, 'made'), profile: 'hls-universal' });
  expect(faults).toEqual([]);
});

describe('paths', () => {
  test('come with quotes from file managers, and are told from web addresses', () => {
    expect(['"/a b.mkv" ', "'/c.mkv'", '/d.mkv'].map(pathOf)).toEqual(['/a b.mkv', '/c.mkv', '/d.mkv']);
    expect(['C:\\films', '/films', 'file:///films/a.mkv'].map(webAddressOf)).toEqual([null, null, null]);
    expect(
      ['"https://x.org/y.mkv?key=1" ', 'ftp://x.org/y.mkv', 'http://me:word@x.org/', 'http://[x/'].map(webAddressOf),
    ).toEqual([
      { url: 'https://x.org/y.mkv?key=1', fault: null },
      { url: null, fault: 'scheme' },
      { url: null, fault: 'password' },
      { url: null, fault: 'broken' },
    ]);
  });

  test('are taken out of file addresses, of every system', () => {
    expect(
      [
        'file:///films/My%20film.mkv',
        '"file://localhost/films/a.mkv"',
        'file:///D:/films/a.mkv',
        'file://nas/films/a.mkv',
        'file:///films/50%.mkv',
      ].map(pathOf),
    ).toEqual([
      '/films/My film.mkv',
      '/films/a.mkv',
      'D:\\films\\a.mkv',
      '\\\\nas\\films\\a.mkv',
      'file:///films/50%.mkv',
    ]);
  });

  test('go below a folder in the way of its system', () => {
    expect([below('/films', 'Encrew'), below('/', 'Encrew'), below('D:\\', 'Encrew'), below('D:\\a', 'b')]).toEqual([
      '/films/Encrew',
      '/Encrew',
      'D:\\Encrew',
      'D:\\a\\b',
    ]);
  });

  test('that lie in another need no opening of their own', () => {
    expect(withFolders(['/a'], ['/films', '/films/Encrew'])).toEqual(['/a', '/films']);
    expect(withFolders(['/films/old'], ['/films'])).toEqual(['/films']);
    expect(withFolders([], ['D:\\films', 'D:\\films\\out'])).toEqual(['D:\\films']);
  });
});
