import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverUrl, startDesktop } from '../helpers/desktop-bench.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * The shell from end to end, in a stand-in for Electron that the compiler compares with Electron's typings.
 */

const queue = { running: 1, waiting: 2, progress: 0.25 };

test('a first start asks what this machine is to be, and keeps the answer for its owner alone', async () => {
  const desk = await startDesktop(null, { argv: ['/opt/Encrew/encrew', '--hidden'] });
  expect(desk.said.filter((words) => /^(load|show)/.test(words))).toEqual(['load encrew-app://pages/', 'show']);
  expect(await desk.call('standing')).toMatchObject({ settings: { mode: null }, server: { state: 'off' } });
  expect(desk.works).toEqual([]);

  expect(await desk.call('choose-mode', { mode: 'server' })).toBeNull();
  const work = await desk.work(0);
  expect(work.heard).toEqual([
    {
      ...{ kind: 'orders', work: 'server', dataDir: desk.dataDir, version: '0.1.0', name: 'Den', isPaused: false },
      wishes: { pauseOnBattery: true, pauseInFullScreen: true },
      secrets: { keyBase64: expect.stringMatching(/^[\w+/]{43}=$/), isWanted: true },
    },
  ]);
  work.tell({ kind: 'started', url: serverUrl });
  expect(desk.said.at(-1)).toBe(`load ${serverUrl}/`);
  const path = join(desk.dataDir, 'desktop.json');
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ mode: 'server' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('tray, taskbar and sleep follow the work', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  expect(desk.tooltip()).toBe('Encrew: starting');
  work.tell({ kind: 'started', url: serverUrl });
  desk.said.length = 0;
  work.tell({ kind: 'queue', queue });
  expect(desk.said).toEqual(['tray /app/icons/tray-working.png', 'progress 0.25 normal', 'awake']);
  expect(desk.tooltip()).toBe('Encrew: 1 film, 25 %, 2 waiting');
  desk.said.length = 0;
  desk.set.onBattery = true;
  desk.happen('power', 'on-battery');
  expect(desk.said).toEqual(['progress 0.25 normal', 'may sleep']);
  desk.said.length = 0;
  work.tell({ kind: 'queue', queue: { running: 0, waiting: 0, progress: null } });
  expect(desk.said).toEqual(['tray /app/icons/tray-idle.png', 'progress -1 none']);
});

test('a pause for an hour is told to the work and ends by itself, also when the machine slept', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  desk.click('Pause for an hour');
  expect(work.heard.at(-1)).toEqual({ kind: 'rest' });
  expect(desk.tooltip()).toBe('Encrew: paused until 77 min');
  desk.clock.advance(3_599_000);
  expect(work.heard.at(-1)).toEqual({ kind: 'rest' });
  desk.clock.advance(1_000);
  expect(work.heard.at(-1)).toEqual({ kind: 'resume' });

  desk.click('Pause for an hour');
  desk.clock.jump(7_200_000);
  desk.happen('power', 'resume');
  expect(work.heard.at(-1)).toEqual({ kind: 'resume' });

  desk.click('Pause this machine');
  desk.clock.advance(86_400_000);
  expect(work.heard.at(-1)).toEqual({ kind: 'rest' });
  desk.click('Resume');
  expect(work.heard.at(-1)).toEqual({ kind: 'resume' });
});

test('work that dies is started again with the same orders, paused if it was', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const first = await desk.work(0);
  first.tell({ kind: 'started', url: serverUrl });
  desk.click('Pause this machine');
  first.exit(1);
  expect(desk.tooltip()).toBe('Encrew: starting');
  desk.clock.advance(1_000);
  const second = await desk.work(1);
  expect(second.heard).toEqual([{ ...first.heard[0], isPaused: true }]);
  for (let i = 1; i < 7; i += 1) {
    (await desk.work(i)).exit(1);
    desk.clock.advance(60_000);
  }
  expect(desk.works).toHaveLength(7);
  expect(desk.tooltip()).toBe('Encrew: stopped by an error');
  expect(await desk.call('standing')).toMatchObject({
    server: { state: 'broken', problem: 'it ended again and again (exit code 1)' },
  });
  await desk.call('choose-mode', { mode: 'server' });
  await desk.work(7);
});

test('what can’t start is told, and not tried again by itself', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'refused', message: 'FFmpeg was not found' });
  work.exit(0);
  desk.clock.advance(600_000);
  expect(desk.works).toHaveLength(1);
  expect(desk.notices).toMatchObject([{ title: 'Encrew has stopped working', body: 'FFmpeg was not found' }]);
  expect(await desk.call('standing')).toMatchObject({ server: { state: 'broken', problem: 'FFmpeg was not found' } });
});

test('quitting waits for the work, and a second wish changes nothing', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  expect(desk.happen('app', 'before-quit', 'event')).toBe(true);
  expect(desk.happen('app', 'before-quit', 'event')).toBe(true);
  await waitUntil('the work is asked to stop', () => work.heard.at(-1)?.kind === 'stop');
  desk.clock.advance(19_000);
  expect(desk.said).not.toContain('exit 0');
  work.tell({ kind: 'stopped' });
  work.exit(0);
  await desk.until('exit 0');
  expect(desk.said.slice(-3)).toEqual(['tray gone', 'destroy', 'exit 0']);
  expect(desk.happen('app', 'before-quit', 'event')).toBe(false);
});

const quitAsked =
  'ask Encrew is still encoding. {"buttons":["Finish first","Quit now","Go on"],"defaultId":0,"cancelId":2}';

test('who quits while a film is encoded is asked once what it means', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  work.tell({ kind: 'queue', queue });
  desk.said.length = 0;
  desk.click('Quit');
  expect(desk.happen('app', 'before-quit', 'event')).toBe(true);
  expect(desk.said).toEqual([quitAsked]);
  desk.press('Go on');
  const isMarked = () => desk.menu().find(({ label }) => label === 'Quit when everything is done')?.checked;
  await waitUntil('it can be asked again', () => {
    desk.happen('app', 'before-quit', 'event');
    return desk.said.length === 2;
  });
  expect([isMarked(), work.heard.length]).toEqual([false, 1]);
  desk.press('Finish first');
  await waitUntil('it quits when everything is done', () => isMarked() === true);
  expect(work.heard).toHaveLength(1);
  desk.click('Quit');
  desk.press('Quit now');
  await waitUntil('the work is asked to stop', () => work.heard.at(-1)?.kind === 'stop');
  work.exit(0);
  await desk.until('exit 0');
});

test('a signal, a log-off and an update ask nobody', async () => {
  const atWork = async () => {
    const desk = await startDesktop({ mode: 'server' });
    const work = await desk.work(0);
    work.tell({ kind: 'started', url: serverUrl });
    work.tell({ kind: 'queue', queue });
    return { desk, work };
  };
  const stopped = async ({ desk, work }: Awaited<ReturnType<typeof atWork>>) => {
    await waitUntil('the work is asked to stop', () => work.heard.at(-1)?.kind === 'stop');
    return desk.said.filter((words) => words.startsWith('ask'));
  };
  const [signal, logOff, update] = [await atWork(), await atWork(), await atWork()];
  signal.desk.happen('signal', 'SIGTERM');
  logOff.desk.happen('power', 'shutdown');
  logOff.desk.happen('app', 'before-quit', 'event');
  update.desk.happen('updater', 'update-downloaded');
  update.desk.click('Restart to update');
  expect([await stopped(signal), await stopped(logOff), await stopped(update)]).toEqual([[], [], []]);
});

test('work that won’t end at a log-off is killed, and the app goes', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  desk.happen('power', 'shutdown');
  for (let i = 0; i < 16; i += 1) desk.clock.advance(250);
  expect(work.isKilled()).toBe(true);
  await desk.until('exit 0');
});

test('it quits when everything is done, if it was asked to', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  work.tell({ kind: 'queue', queue });
  desk.click('Quit when everything is done');
  desk.clock.advance(60_000);
  expect(work.heard).toHaveLength(1);
  work.tell({ kind: 'queue', queue: { running: 0, waiting: 0, progress: null } });
  // A film that is added meanwhile is waited for.
  desk.clock.advance(4_000);
  work.tell({ kind: 'queue', queue });
  desk.clock.advance(4_000);
  expect(work.heard).toHaveLength(1);
  work.tell({ kind: 'queue', queue: { running: 0, waiting: 0, progress: null } });
  desk.clock.advance(5_000);
  await waitUntil('the work is asked to stop', () => work.heard.at(-1)?.kind === 'stop');
});

test('a server that is to be lent too gets a second process and folder, and one that is no server any more stops', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const server = await desk.work(0);
  server.tell({ kind: 'started', url: serverUrl });
  desk.click('Lend this machine to a server');
  const node = await desk.work(1);
  expect(node.heard).toMatchObject([{ work: 'node', dataDir: join(desk.dataDir, 'lent') }]);
  node.tell({ kind: 'lent', lent: { name: 'Den', port: 9626, serverUrl: null, pairing: null } });
  node.tell({ kind: 'news', news: { kind: 'pairing-asked', name: 'attic', digits: '123456' } });
  expect(desk.notices).toMatchObject([{ body: 'attic shows 123 456? Then confirm there.' }]);

  const chosen = desk.call('choose-mode', { mode: 'node' });
  await waitUntil('the server is asked to stop', () => server.heard.at(-1)?.kind === 'stop');
  server.exit(0);
  await chosen;
  expect(await desk.call('standing')).toMatchObject({ server: { state: 'off' }, node: { lent: { port: 9626 } } });
  expect(desk.said.at(-1)).not.toBe(`load ${serverUrl}/`);
  expect(desk.window()?.url()).toBe('encrew-app://pages/');
});

test('films from a second start, the dock and links reach the Add screen, each once', async () => {
  const folder = await temporaryFolder();
  const film = join(folder, 'My Film.mkv');
  await writeFile(film, 'film');
  await mkdir(join(folder, 'Season 1'));
  const desk = await startDesktop({ mode: 'server' }, { argv: ['/opt/Encrew/encrew', film] });
  const work = await desk.work(0);
  await waitUntil('the film has come', () => desk.said.filter((words) => words === 'show').length === 2);
  work.tell({ kind: 'started', url: serverUrl });
  expect(desk.window()?.url()).toBe(`${serverUrl}/add`);
  expect(await desk.call('take-films')).toEqual([{ isFolder: false, path: film, name: 'My Film.mkv', sizeBytes: 4 }]);
  expect(await desk.call('take-films')).toEqual([]);

  desk.window()?.told.splice(0);
  const told = () => desk.window()?.told.filter(({ kind }) => kind !== 'standing') ?? [];
  desk.happen('app', 'second-instance', 'event', ['/opt/Encrew/encrew', 'Season 1', 'gone.mkv'], folder);
  await waitUntil('the page hears of it', () => told().length === 2);
  expect(told()).toEqual([{ kind: 'go', to: '/add' }, { kind: 'films' }]);
  expect(desk.happen('app', 'open-file', 'event', film)).toBe(true);
  await waitUntil('the page hears of the dock', () => told().length === 4);
  expect(await desk.call('take-films')).toEqual([
    { isFolder: true, path: join(folder, 'Season 1'), name: 'Season 1', sizeBytes: null },
    { isFolder: false, path: film, name: 'My Film.mkv', sizeBytes: 4 },
  ]);
  desk.happen('app', 'open-url', 'event', 'encrew://jobs/j1');
  await waitUntil('the link is followed', () => told().length === 5);
  desk.happen('app', 'open-url', 'event', 'encrew://jobs/a%22b');
  desk.happen('app', 'open-url', 'event', 'encrew://queue');
  await waitUntil('the next link is followed', () => told().length === 6);
  expect(told().slice(4)).toEqual([
    { kind: 'go', to: '/jobs/j1' },
    { kind: 'go', to: '/queue' },
  ]);
});

test('a click on a notice opens its screen; nobody is told what they look at', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  work.tell({ kind: 'news', news: { kind: 'job-completed', jobId: 'j1', title: 'My Film.mkv' } });
  desk.notices[0]?.click();
  expect(desk.window()?.told.at(-1)).toEqual({ kind: 'go', to: '/jobs/j1' });
  desk.set.isFocused = true;
  work.tell({ kind: 'news', news: { kind: 'job-completed', jobId: 'j2', title: 'Other.mkv' } });
  await desk.call('change-settings', { notifications: false });
  desk.set.isFocused = false;
  work.tell({ kind: 'news', news: { kind: 'job-completed', jobId: 'j3', title: 'Third.mkv' } });
  expect(desk.notices.map(({ body }) => body)).toEqual(['My Film.mkv']);
});

test('started with the session there is no window, and closing it leaves the work alone', async () => {
  const desk = await startDesktop({ mode: 'server' }, { argv: ['/opt/Encrew/encrew', '--hidden'] });
  await desk.work(0);
  expect(desk.window()).toBeNull();
  desk.click('Open Encrew');
  expect(desk.happen('window', 'close', 'event')).toBe(true);
  expect(desk.said.slice(-2)).toEqual(['show', 'hide']);
  const place = join(desk.dataDir, 'desktop-window.json');
  await waitUntil('where it stood is kept', () =>
    stat(place).then(
      () => true,
      () => false,
    ),
  );
  expect(JSON.parse(await readFile(place, 'utf8'))).toEqual({
    x: 10,
    y: 20,
    width: 1_000,
    height: 700,
    isMaximized: false,
  });
});

test('starting with the session is a file on Linux, and the system’s own list elsewhere', async () => {
  const linux = await startDesktop({ mode: 'server' });
  await linux.call('change-settings', { autostart: true });
  const entry = join(linux.dataDir, 'autostart', 'encrew.desktop');
  expect(await readFile(entry, 'utf8')).toContain('Exec="/opt/Encrew/encrew" --hidden\n');
  await linux.call('change-settings', { autostart: false });
  await expect(readFile(entry)).rejects.toMatchObject({ code: 'ENOENT' });
  const windows = await startDesktop({ mode: 'server' }, { platform: 'win32' });
  await windows.call('change-settings', { autostart: true });
  expect(windows.said.filter((words) => words.startsWith('login'))).toEqual([
    'login {"openAtLogin":true,"path":"/opt/Encrew/encrew","args":["--hidden"]}',
  ]);
});

test('a new version is put in place when nothing is done and nobody looks, after the work has ended', async () => {
  const desk = await startDesktop({ mode: 'server' }, { argv: ['/opt/Encrew/encrew', '--hidden'] });
  const work = await desk.work(0);
  work.tell({ kind: 'started', url: serverUrl });
  expect(desk.said).toContain('look for updates');
  expect(desk.ports.updater).toMatchObject({ autoDownload: true, autoInstallOnAppQuit: false });
  work.tell({ kind: 'queue', queue });
  desk.happen('updater', 'update-downloaded');
  expect(desk.menu().map(({ label }) => label)).toContain('Restart to update');
  for (let i = 0; i < 40; i += 1) desk.clock.advance(30_000);
  expect(work.heard).toHaveLength(1);
  work.tell({ kind: 'queue', queue: { running: 0, waiting: 0, progress: null } });
  for (let i = 0; i < 20; i += 1) desk.clock.advance(30_000);
  await waitUntil('the work is asked to stop', () => work.heard.at(-1)?.kind === 'stop');
  expect(desk.said).not.toContain('install');
  work.exit(0);
  await desk.until('install');
});
