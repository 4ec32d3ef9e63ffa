import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type DesktopBench, startDesktop } from '../helpers/desktop-bench.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * "Encode with Encrew" in the menus of file managers, with the files that are packed, in folders of a made-up home.
 */

const resources = fileURLToPath(new URL('../../resources', import.meta.url));
const action = 'Encode with Encrew.workflow';

/** The resources of a package, as electron-builder.yml lays them out. */
async function packed(): Promise<string> {
  const resourcesPath = await temporaryFolder();
  await cp(join(resources, 'macos', action), join(resourcesPath, 'services', action), { recursive: true });
  for (const name of ['encrew-dolphin.desktop', 'encrew.nemo_action']) {
    await mkdir(join(resourcesPath, 'menus'), { recursive: true });
    await cp(join(resources, 'linux', name), join(resourcesPath, 'menus', name));
  }
  return resourcesPath;
}

/** Nothing is left of an earlier start but its folder. */
async function again(before: DesktopBench, resourcesPath: string): Promise<DesktopBench> {
  const { dataDir } = before;
  const desk = await startDesktop(null, { platform: 'darwin', resourcesPath, dataDir, homeDir: dataDir });
  // A change of another setting goes through what the start began.
  await desk.call('change-settings', { notifications: true });
  return desk;
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

test('on macOS the Quick Action is there after the first start, whole, and with nothing beside it', async () => {
  const resourcesPath = await packed();
  const desk = await startDesktop({ mode: 'server' }, { platform: 'darwin', resourcesPath });
  const services = join(desk.dataDir, 'Library', 'Services');
  const names = (): Promise<string[]> => readdir(services).catch(() => []);
  await waitUntil('it is there', async () => (await names()).includes(action));
  await desk.call('change-settings', { notifications: true });
  expect(await names()).toEqual([action]);
  for (const name of ['Info.plist', 'document.wflow']) {
    const [placed, own] = [services, join(resources, 'macos')].map((folder) =>
      textOf(join(folder, action, 'Contents', name)),
    );
    expect(await placed).toBe(await own);
  }
  expect(await desk.call('standing')).toMatchObject({ fileMenu: true, settings: { fileMenu: null } });
  expect((await stat(join(desk.dataDir, 'desktop-menus.json'))).mode & 0o777).toBe(0o600);
});

test('a new version replaces it, an owner’s change stays, and what was removed comes back only when it is asked for', async () => {
  const resourcesPath = await packed();
  const first = await startDesktop({ mode: 'server' }, { platform: 'darwin', resourcesPath });
  await first.call('change-settings', { notifications: true });
  const file = join(first.dataDir, 'Library', 'Services', action, 'Contents', 'document.wflow');
  const own = join(resourcesPath, 'services', action, 'Contents', 'document.wflow');

  await writeFile(own, '<plist>2</plist>');
  await writeFile(join(dirname(dirname(file)), '.DS_Store'), 'Finder was here');
  await again(first, resourcesPath);
  expect(await textOf(file)).toBe('<plist>2</plist>');

  await writeFile(file, '<plist>mine</plist>');
  await writeFile(own, '<plist>3</plist>');
  const third = await again(first, resourcesPath);
  expect(await textOf(file)).toBe('<plist>mine</plist>');
  await third.call('change-settings', { fileMenu: false });
  expect(await textOf(file)).toBe('<plist>mine</plist>');

  await rm(dirname(dirname(file)), { recursive: true });
  await third.call('change-settings', { fileMenu: true });
  expect(await textOf(file)).toBe('<plist>3</plist>');
  await rm(dirname(dirname(file)), { recursive: true });
  const fourth = await again(first, resourcesPath);
  expect(await textOf(file)).toBeNull();
  await fourth.call('change-settings', { fileMenu: false });
  await fourth.call('change-settings', { fileMenu: true });
  expect(await textOf(file)).toBe('<plist>3</plist>');
  await fourth.call('change-settings', { fileMenu: false });
  expect(await textOf(file)).toBeNull();
});

test('an AppImage adds itself to the menus of Dolphin and Nemo when it is asked to, and takes itself out again', async () => {
  const resourcesPath = await packed();
  const appImage = '/home/ann/Apps/Encrew 1.AppImage';
  const desk = await startDesktop({ mode: 'server' }, { appImage, resourcesPath });
  await desk.call('change-settings', { notifications: true });
  const dolphin = join(desk.dataDir, 'share', 'kio', 'servicemenus', 'encrew.desktop');
  const nemo = join(desk.dataDir, 'share', 'nemo', 'actions', 'encrew.nemo_action');
  expect([await textOf(dolphin), await textOf(nemo)]).toEqual([null, null]);
  expect(await desk.call('standing')).toMatchObject({ fileMenu: false });

  await desk.call('change-settings', { fileMenu: true });
  expect(await textOf(dolphin)).toContain(`\nExec="${appImage}" -- %F\n`);
  expect((await stat(dolphin)).mode & 0o777).toBe(0o755);
  const lines = (await textOf(nemo))?.split('\n') ?? [];
  expect(lines.filter((line) => /^(Exec|Dependencies)=/.test(line))).toEqual([`Exec="${appImage}" -- %F`]);
  await desk.call('change-settings', { fileMenu: false });
  expect([await textOf(dolphin), await textOf(nemo)]).toEqual([null, null]);
});

test('a package of a distribution, and a checkout, leave the menus alone', async () => {
  const [deb, checkout] = [
    await startDesktop({ mode: 'server', fileMenu: true }, { resourcesPath: await packed() }),
    await startDesktop({ mode: 'server' }, { platform: 'darwin', resourcesPath: null }),
  ];
  for (const desk of [deb, checkout]) {
    await desk.call('change-settings', { notifications: true });
    expect(await desk.call('standing')).toMatchObject({ fileMenu: null });
    expect(await readdir(desk.dataDir)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/Library|share|menus/)]),
    );
  }
});

test('a folder that can’t be written costs a line in the log, and not the start', async () => {
  const resourcesPath = await packed();
  const dataDir = await temporaryFolder();
  await writeFile(join(dataDir, 'Library'), 'a file where a folder should be');
  const desk = await startDesktop(null, { platform: 'darwin', resourcesPath, dataDir, homeDir: dataDir });
  await desk.call('change-settings', { notifications: true });
  expect(await textOf(join(dataDir, 'logs', 'encrew.log'))).toContain('the file manager’s menu can’t be kept');
});
