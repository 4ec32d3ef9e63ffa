import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fuses } from '../../build/desktop/set-fuses.mjs';
import { isFilmName } from '#shared/format/film-name.ts';
import { codeOf, readProjectFile, repository, sourceFiles } from '#tests/helpers/source-tree.ts';

const config: unknown = parse(readProjectFile('electron-builder.yml'));

/** Every text in a tree of lists and objects. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test('every file of ours that the packager is told of is there', () => {
  const named = textsIn(config)
    .map((text) => text.split('=')[0] ?? '')
    .filter((text) => /^(\.\/)?(resources|build)\//.test(text));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

test('whatever else it takes from the project is made by npm run build:desktop', () => {
  const { files, extraResources } = z
    .object({ files: z.array(z.string()), extraResources: z.array(z.object({ from: z.string() })) })
    .parse(config);
  const taken = [...files.filter((path) => !path.startsWith('!')), ...extraResources.map(({ from }) => from)];
  expect(taken.toSorted()).toEqual([
    'LICENSE',
    'dist/desktop',
    'dist/ffmpeg/${os}-${arch}',
    'dist/icons/tray',
    'dist/renderer',
    'package.json',
  ]);
});

test('file managers offer Encrew for what it takes for a film', () => {
  const windows = [...readProjectFile('resources/windows/installer.nsh').matchAll(/insertmacro \$\{DO\} "(\w+)"/g)].map(
    ([, ending]) => ending ?? '',
  );
  const nemo = /^Extensions=dir;(.*);$/m.exec(readProjectFile('resources/linux/encrew.nemo_action'))?.[1]?.split(';');
  expect(windows.length).toBeGreaterThan(20);
  expect(windows.filter((ending) => !isFilmName(`a.${ending}`))).toEqual([]);
  expect(nemo).toEqual(windows);
});

test('film endings are listed in full for the installer', () => {
  const endings = /'((?:\w+ )+\w+)'\.split/.exec(readProjectFile('src-shared/format/film-name.ts'))?.[1]?.split(' ');
  const installer = readProjectFile('resources/windows/installer.nsh');
  expect(endings?.filter((ending) => !installer.includes(`"${ending}"`))).toEqual([]);
});

test('the packed program can be Node as long as our own processes need that, and no longer', () => {
  const needing = sourceFiles().filter((path) => codeOf(readProjectFile(path)).includes('ELECTRON_RUN_AS_NODE'));
  expect(fuses[FuseV1Options.RunAsNode]).toBe(needing.length > 0);
});

test('the packed program encrypts its cookies, one of which is the session', () => {
  expect(fuses[FuseV1Options.EnableCookieEncryption]).toBe(true);
});

test('the app goes by one name: in its package, to Windows, and to macOS’ Quick Action', () => {
  const { appId } = z.object({ appId: z.string() }).parse(config);
  const workflow = readProjectFile('resources/macos/Encode with Encrew.workflow/Contents/document.wflow');
  expect(workflow).toContain(`<string>/usr/bin/open -b ${appId} "$@"</string>`);
  expect(readProjectFile('src-main/desktop/main.ts')).toContain(`setAppUserModelId('${appId}')`);
});
