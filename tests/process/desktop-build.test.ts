import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleDesktop } from '../../build/desktop/bundle.mjs';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { repository } from '#tests/helpers/source-tree.ts';

const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));

const source = join(repository, 'src-main', 'desktop');
let folder = '';
/** As in a package, but for its being a folder. */
let app = '';
/** What Vite made: name and text. */
let outputs: [string, string][] = [];

beforeAll(async () => {
  folder = await newFolder();
  app = join(folder, 'resources', 'app.asar');
  const outDir = join(app, 'dist', 'desktop');
  await bundleDesktop({ main: join(source, 'main.ts'), preload: join(source, 'preload.ts'), outDir });
  const names = (await readdir(outDir)).toSorted();
  outputs = await Promise.all(
    names.map(async (name): Promise<[string, string]> => [name, await readFile(join(outDir, name), 'utf8')]),
  );
  return () => rm(folder, { recursive: true, force: true });
});

const modules = () => outputs.filter(([name]) => name.endsWith('.mjs'));
/** What a module asks Node for, at its head or later. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^\n]*? from "([^"]+)";$|^import "([^"]+)";$|\bimport\("([^"]+)"\)/gm)].map(
    ([, from, effect, later]) => from ?? effect ?? later ?? '',
  );

test('Electron’s entry, the preload and the processes are built, side by side', () => {
  expect(outputs.map(([name]) => name)).toEqual(
    expect.arrayContaining(['main.mjs', 'preload.cjs', 'work-process.mjs', 'watchdog-child.mjs', 'backup-child.mjs']),
  );
});

test('every file that the bundle names beside itself is there', () => {
  const names = new Set(outputs.map(([name]) => name));
  const named = outputs.flatMap(([, text]) =>
    [...text.matchAll(/new URL\("(\.\/)?([^"./][^"/]*)", import\.meta\.url\)/g)].map(([, , name]) => name ?? ''),
  );
  expect(named).toContain('preload.cjs');
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

test('the bundle needs Node, Electron and the packages that are packed, and holds nothing of any package', () => {
  const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  const asked = new Set(modules().flatMap(([, text]) => importsOf(text)));
  const outside = [...asked].filter((name) => !name.startsWith('node:') && !name.startsWith('./')).map(packageOf);
  const packed = new Set([...Object.keys(manifest.dependencies), 'electron']);
  expect(outside.length).toBeGreaterThan(10);
  expect(outside.filter((name) => !packed.has(name))).toEqual([]);
  expect(modules().flatMap(([name, text]) => (text.includes('node_modules/') ? [name] : []))).toEqual([]);
});

test('the preload asks for Electron alone, as a sandboxed window has it', () => {
  const preload = new Map(outputs).get('preload.cjs') ?? '';
  expect([...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name)).toEqual(['electron']);
  expect(preload).not.toMatch(/^\s*(import|export)\b/m);
});

test('what runs as Node in a package runs from the bundle, and finds what lies beside the archive', async () => {
  await symlink(join(repository, 'node_modules'), join(app, 'node_modules'));
  await writeFile(join(app, 'package.json'), JSON.stringify({ version: '4.5.6', type: 'module' }));
  const carried = join(folder, 'resources', 'ffmpeg');
  await mkdir(carried);
  // Answers who it is, and encodes nothing.
  const program = (name: string): string =>
    `#!/bin/sh\ncase "$*" in *" -f "*) exit 1;; -version) echo "${name} version 9.9-carried";; esac\n`;
  for (const name of ['ffmpeg', 'ffprobe']) await writeFile(join(carried, name), program(name), { mode: 0o755 });
  const run = async (...words: string[]): Promise<string> => {
    const started = promisify(execFile)(process.execPath, [join(app, 'dist', 'desktop', 'headless.mjs'), ...words]);
    // Without encoders `doctor` ends with 1, and says all the same what it found.
    return (await started.catch((error: unknown) => z.object({ stdout: z.string() }).parse(error))).stdout;
  };
  expect(await run('--version')).toBe('4.5.6\n');
  expect(JSON.parse(await run('doctor', '--json', '--data', join(folder, 'data')))).toMatchObject({
    ffmpeg: { ffmpegPath: join(carried, 'ffmpeg'), origin: 'bundled', version: '9.9-carried' },
  });
});
