import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getCurrentFuseWire } from '@electron/fuses';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fuses } from '../../build/desktop/set-fuses.mjs';
import { type Asar, readAsar } from '#tests/helpers/read-asar.ts';
import { readProjectFile, repository } from '#tests/helpers/source-tree.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * Electron itself can't be fetched everywhere. A folder with a file in its place is packed as the real one would be: what goes
 * into the package, what is switched on in the program, and what the system is told of it are the same.
 */

const run = promisify(execFile);
const script = join('tests', 'process', 'programs', 'pack-desktop.mjs');
const packed = z.array(z.object({ fpm: z.array(z.string()), desktopEntry: z.string() }));
const ours = z
  .looseObject({
    extraMetadata: z.record(z.string(), z.string()),
    extraResources: z.array(z.object({ from: z.string(), to: z.string() })),
  })
  .parse(parse(readProjectFile('electron-builder.yml')));

const lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), dev: z.boolean().optional() })),
});
const manifest = z.object({ name: z.string(), version: z.string() });
/** `node_modules/a/node_modules/@b/c`: `@b/c`. */
const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? '';

let folder = '';
let app = '';
let asar: Asar;
let packages: z.infer<typeof packed> = [];

beforeAll(async () => {
  await run(process.execPath, ['build/desktop.mjs'], { cwd: repository });
  folder = await newFolder();
  const electronDist = await standInForElectron(join(folder, 'electron'));
  await standInForFfmpeg(join(folder, 'ffmpeg', 'linux-x64'));
  const besideArchive = ours.extraResources.map(({ from, to }) => ({
    from: from.replace(/^dist\/ffmpeg/, join(folder, 'ffmpeg')),
    to,
  }));
  packages = await pack({ electronDist, extraResources: besideArchive });
  app = join(folder, 'packages', 'linux-unpacked');
  asar = await readAsar(join(app, 'resources', 'app.asar'));
  return () => rm(folder, { recursive: true, force: true });
}, 300_000);

test('the package holds the bundle, the screens and the packages that they need, and nothing else', () => {
  const paths = [...asar.files.keys()];
  const tops = new Set(
    paths.map((path) =>
      path
        .split('/')
        .slice(0, path.startsWith('dist/') ? 2 : 1)
        .join('/'),
    ),
  );
  expect([...tops].toSorted()).toEqual(['dist/desktop', 'dist/renderer', 'node_modules', 'package.json']);
  expect(paths).toEqual(
    expect.arrayContaining(['dist/desktop/main.mjs', 'dist/desktop/preload.cjs', 'dist/renderer/index.html']),
  );
  expect(paths.filter((path) => /\.(d\.[cm]?ts|map)$|\/better-sqlite3\/(deps|src)\//.test(path))).toEqual([]);
});

test('no development package, and no Node beside Electron’s, is in it', async () => {
  const { packages: locked } = lock.parse(JSON.parse(readProjectFile('package-lock.json')));
  // The packager lays them out anew: by name and version, not by place.
  const shipped = new Set(
    Object.entries(locked).flatMap(([path, { version, dev }]) => (dev === true ? [] : [`${nameOf(path)} ${version}`])),
  );
  const manifests = [...asar.files.keys()].filter((path) =>
    /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  );
  const found = await Promise.all(
    manifests.map(async (path) => {
      const { name, version } = manifest.parse(JSON.parse(await asar.textOf(path)));
      return `${name} ${version}`;
    }),
  );
  expect(found.length).toBeGreaterThan(100);
  expect(found.filter((name) => !shipped.has(name) || /^node-(linux|win|bin)-/.test(name))).toEqual([]);
});

test('the one native file is that of the system and lies where it can be loaded; everything else has a hash to be held to', () => {
  const files = [...asar.files];
  const native = files.filter(([path]) => path.endsWith('.node'));
  expect(native.map(([path, { unpacked }]) => [path, unpacked])).toEqual([
    ['node_modules/better-sqlite3/prebuilds/linux-x64.node', true],
  ]);
  const hash = { algorithm: 'SHA256', hash: expect.stringMatching(/^[0-9a-f]{64}$/) };
  for (const [path, { integrity }] of files) expect({ path, integrity }).toMatchObject({ path, integrity: hash });
});

test('its manifest starts the bundle and says nothing about how it was made', async () => {
  const made: unknown = JSON.parse(await asar.textOf('package.json'));
  expect(made).toMatchObject({ name: 'encrew', main: 'dist/desktop/main.mjs', desktopName: 'encrew.desktop' });
  expect(made).not.toHaveProperty('devDependencies');
  expect(made).not.toHaveProperty('scripts');
});

test('every fuse of the program is set as decided', async () => {
  const wire = await getCurrentFuseWire(join(app, 'encrew'));
  const states = Object.entries(wire).filter(([name]) => /^\d+$/.test(name));
  const isOn = (name: string): unknown => Object.entries(fuses).find(([key]) => key === name)?.[1];
  expect(states).toHaveLength(9);
  // As they stand in the file: the letters 0 and 1.
  expect(states).toEqual(states.map(([name]) => [name, isOn(name) === true ? 49 : 48]));
});

test('FFmpeg with its licence, the tray’s icons and the address of updates lie beside the archive', async () => {
  const resources = join(app, 'resources');
  expect((await readdir(join(resources, 'ffmpeg'))).toSorted()).toEqual(['LICENSE.txt', 'ffmpeg', 'ffprobe']);
  for (const name of ['ffmpeg', 'ffprobe']) {
    expect((await stat(join(resources, 'ffmpeg', name))).mode & 0o111).toBe(0o111);
  }
  // An AppImage puts them into menus itself (src-main/desktop/file-menu.ts).
  expect((await readdir(join(resources, 'menus'))).toSorted()).toEqual([
    'encrew-dolphin.desktop',
    'encrew.nemo_action',
  ]);
  expect(await readdir(join(resources, 'icons'))).toEqual(
    expect.arrayContaining(['tray-idle.png', 'tray-working@2x.png', 'tray-pausedTemplate.png', 'tray-attention.ico']),
  );
  expect(parse(await readFile(join(resources, 'app-update.yml'), 'utf8'))).toEqual({
    provider: 'generic',
    url: 'https://updates.example/encrew',
    channel: 'latest',
    updaterCacheDirName: 'encrew-updater',
  });
});

test('deb and rpm bring icons, what file managers offer, and a desktop entry', () => {
  expect(packages).toHaveLength(2);
  for (const { fpm, desktopEntry } of packages) {
    const places = fpm.flatMap((word) => /^[^-].*=(\/usr\/.*)$/.exec(word)?.[1] ?? []);
    expect(places).toEqual([
      '/usr/share/kio/servicemenus/encrew.desktop',
      '/usr/share/nemo/actions/encrew.nemo_action',
      '/usr/share/nautilus-python/extensions/encrew.py',
      ...[16, 22, 24, 32, 48, 64, 96, 128, 256, 512, 1024].map(
        (size) => `/usr/share/icons/hicolor/${size}x${size}/apps/encrew.png`,
      ),
      '/usr/share/applications/encrew.desktop',
    ]);
    const lines = desktopEntry.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Exec=/opt/Encrew/encrew %U',
        'Icon=encrew',
        'Actions=Add;Queue;',
        'Categories=AudioVideo;Video;AudioVideoEditing;',
        '[Desktop Action Add]',
        'Exec=encrew encrew://add',
      ]),
    );
    const types = lines.find((line) => line.startsWith('MimeType='))?.split(';') ?? [];
    expect(types).toEqual(expect.arrayContaining(['video/x-matroska', 'x-scheme-handler/encrew']));
  }
});

test('a word that electron-builder doesn’t know is refused, also for a system that is not packed for', async () => {
  await expect(pack({ mac: { notarise: true } })).rejects.toThrow('configuration.mac should be');
});

/** By electron-builder.yml with some of its words changed. */
async function pack(changes: Record<string, unknown>): Promise<z.infer<typeof packed>> {
  const config = {
    ...ours,
    // Nothing is fetched, and nothing is written into the project.
    ...{ directories: { output: join(folder, 'packages'), buildResources: 'resources' }, beforePack: null },
    extraMetadata: { ...ours.extraMetadata, homepage: 'https://updates.example' },
    ...changes,
  };
  const path = join(folder, 'electron-builder.json');
  await writeFile(path, JSON.stringify(config));
  const { stdout } = await run(process.execPath, [script, path], {
    cwd: repository,
    env: { ...process.env, ENCREW_UPDATES_URL: 'https://updates.example/encrew' },
    maxBuffer: 16 * 1024 * 1024,
  });
  return packed.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
}

/** A program with nine fuses, all on, as Electron's lies in it: a mark, the version, how many, their states. */
async function standInForElectron(place: string): Promise<string> {
  await mkdir(join(place, 'resources'), { recursive: true });
  await mkdir(join(place, 'locales'));
  const mark = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
  await writeFile(join(place, 'electron'), Buffer.concat([mark, Buffer.from([1, 9]), Buffer.from('111111111')]));
  await chmod(join(place, 'electron'), 0o755);
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) await writeFile(join(place, name), '');
  return place;
}

async function standInForFfmpeg(place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  for (const name of ['ffmpeg', 'ffprobe']) await writeFile(join(place, name), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(place, 'LICENSE.txt'), 'GPL\n');
}
