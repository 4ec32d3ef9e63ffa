import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DesktopBench, serverUrl, startDesktop } from '../helpers/desktop-bench.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * What a page can't do, whatever it tries.
 */

async function running(): Promise<DesktopBench> {
  const desk = await startDesktop({ mode: 'server' });
  (await desk.work(0)).tell({ kind: 'started', url: serverUrl });
  return desk;
}

test('the window has a sandbox, its own context and no Node', async () => {
  const desk = await running();
  const { preload, ...preferences } = desk.window()?.options.webPreferences ?? {};
  expect(preload).toMatch(/preload\.(ts|cjs)$/);
  expect(preferences).toEqual({
    ...{ contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false },
    ...{ webSecurity: true, webviewTag: false, allowRunningInsecureContent: false, navigateOnDragDrop: false },
    spellcheck: false,
  });
});

test('it shows our pages alone; links of the web open in the browser, everything else nowhere', async () => {
  const desk = await running();
  const stays = (url: string) => desk.happen('contents', 'will-navigate', { url });
  desk.said.length = 0;
  expect([
    stays(`${serverUrl}/queue`),
    stays('encrew-app://pages/'),
    stays('https://example.org/'),
    stays('file:///etc/passwd'),
    desk.happen('contents', 'will-redirect', { url: 'http://127.0.0.1:9999/' }),
    desk.happen('contents', 'will-attach-webview', 'event'),
  ]).toEqual([false, false, true, true, true, true]);
  expect(desk.openWindow('https://example.org/help')).toEqual({ action: 'deny' });
  expect(desk.openWindow('ms-msdt:/id')).toEqual({ action: 'deny' });
  expect(desk.said).toEqual([
    'browser https://example.org/',
    'browser http://127.0.0.1:9999/',
    'browser https://example.org/help',
  ]);
});

test('permissions are denied, but for full screen and copying on our own pages', async () => {
  const { permissions } = await running();
  const wishes = [
    'fullscreen',
    'clipboard-sanitized-write',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'hid',
  ];
  expect(wishes.filter((wish) => permissions.ask(wish, `${serverUrl}/`))).toEqual(wishes.slice(0, 2));
  expect(wishes.filter((wish) => permissions.check(wish, serverUrl))).toEqual(wishes.slice(0, 2));
  expect(wishes.filter((wish) => permissions.ask(wish, 'https://example.org/'))).toEqual([]);
  expect(wishes.filter((wish) => permissions.check(wish, ''))).toEqual([]);
});

test('only the main frame of a page of ours is answered', async () => {
  const desk = await running();
  const no = { fault: 'only pages of Encrew are answered' };
  const asked = (url: string, parent: unknown = null) => desk.call('about', null, { url, parent });
  expect(await asked(`${serverUrl}/settings`)).toEqual({
    ...{ version: '0.1.0', electron: '45.4.1', platform: 'linux-x64', canUpdate: true },
  });
  expect(await asked('https://example.org/')).toEqual(no);
  expect(await asked('http://127.0.0.1:7421/')).toEqual(no);
  expect(await asked(`${serverUrl}/`, { url: serverUrl })).toEqual(no);
  expect(await desk.call('about', null, null)).toEqual(no);
});

test('a server that has stopped is no page of ours any more', async () => {
  const desk = await running();
  desk.works[0]?.exit(1);
  expect(await desk.call('about', null, { url: `${serverUrl}/`, parent: null })).toEqual({
    fault: 'only pages of Encrew are answered',
  });
});

test('calls that are not in the table, or asked otherwise than it says, do nothing', async () => {
  const desk = await running();
  expect(await desk.call('constructor')).toEqual({ fault: 'there is no such call' });
  const odd = { fault: 'that was asked in a way that nobody understands' };
  expect(await desk.call('choose-mode', { mode: 'root' })).toEqual(odd);
  expect(await desk.call('change-settings', { mode: 'node' })).toEqual(odd);
  expect(await desk.call('show-output', { path: '/etc/passwd' })).toEqual(odd);
  expect(await desk.call('pause', { forMs: -1 })).toEqual(odd);
  expect(await desk.call('restart', { now: true })).toEqual(odd);
  expect(desk.works[0]?.heard).toHaveLength(1);
});

test('files are picked by the system; what is gone is not', async () => {
  const desk = await running();
  const folder = await temporaryFolder();
  const film = join(folder, 'a.mkv');
  await writeFile(film, 'film');
  expect(await desk.call('pick-films')).toEqual([]);
  desk.picks.push(film, join(folder, 'gone.mkv'));
  expect(await desk.call('pick-films')).toEqual([{ isFolder: false, path: film, name: 'a.mkv', sizeBytes: 4 }]);
  expect(desk.said.filter((words) => words.startsWith('pick'))).toEqual([
    'pick openFile multiSelections',
    'pick openFile multiSelections',
  ]);
});

test('what is shown in the file manager is what the server says of a job, and no path of a page', async () => {
  const desk = await running();
  const work = desk.works[0];
  const film = join(await temporaryFolder(), 'master.m3u8');
  await writeFile(film, '#EXTM3U');
  const show = async (jobId: string, path: string | null): Promise<unknown> => {
    const shown = desk.call('show-output', { jobId });
    await waitUntil('the server is asked', () => work?.heard.at(-1)?.kind === 'locate');
    const asked = work?.heard.pop();
    if (asked?.kind !== 'locate') throw new Error('unreachable: it was waited for');
    expect(asked.jobId).toBe(jobId);
    work?.tell({ kind: 'located', ask: asked.ask + 100, path: '/etc/passwd' });
    work?.tell({ kind: 'located', ask: asked.ask, path });
    work?.tell({ kind: 'located', ask: asked.ask, path: '/etc/passwd' });
    return shown;
  };
  expect(await show('done', film)).toBe(true);
  expect(await show('gone', `${film}.old`)).toBe(false);
  expect(await show('/etc/passwd', null)).toBe(false);
  expect(await desk.call('reveal', { path: film })).toEqual({ fault: 'there is no such call' });
  expect(desk.said.filter((words) => words.startsWith('reveal'))).toEqual([`reveal ${film}`]);

  const unanswered = desk.call('show-output', { jobId: 'done' });
  await waitUntil('the server is asked', () => work?.heard.at(-1)?.kind === 'locate');
  desk.clock.advance(5_000);
  expect(await unanswered).toBe(false);
  const lent = await startDesktop({ mode: 'node' });
  expect(await lent.call('show-output', { jobId: 'done' })).toBe(false);
});

test('the app’s own pages come with the server’s policy, and nothing else comes', async () => {
  const screensFolder = await temporaryFolder();
  await mkdir(join(screensFolder, 'assets'));
  await writeFile(join(screensFolder, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
  await writeFile(join(screensFolder, 'assets', 'main-1.js'), 'work()');
  await writeFile(join(screensFolder, 'assets', 'notes.txt'), 'secret');
  const desk = await startDesktop(null, { screensFolder });
  const page = await desk.page('encrew-app://pages/');
  const nonce = /nonce="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  expect(nonce).toHaveLength(24);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
  const script = await desk.page('encrew-app://pages/assets/main-1.js');
  expect([script.status, script.headers.get('content-type'), await script.text()]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'work()',
  ]);
  const statuses = ['assets/notes.txt', 'assets/..%2findex.html', 'assets/none.js', 'desktop.json', 'api/v1/jobs'];
  for (const path of statuses) expect((await desk.page(`encrew-app://pages/${path}`)).status).toBe(404);
});
