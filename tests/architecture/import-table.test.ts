import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { readProjectFile, repository } from '#tests/helpers/source-tree.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { mayImport, rendererMayImport } from '../../.dependency-cruiser.mjs';

type Cruise = { modules: number; violations: string[] };

/** dependency-cruiser's judgement of a folder by our table. */
async function cruise(folder: string, paths: readonly string[]): Promise<Cruise> {
  const cruiser = join(repository, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const config = join(repository, '.dependency-cruiser.mjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', ...paths];
  // It exits with the number of violations.
  const { stdout } = await execa(process.execPath, args, { cwd: folder, reject: false });
  const { summary } = JSON.parse(stdout);
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(
      (v: { from: string; to: string; rule: { name: string } }) => `${v.rule.name}: ${v.from} -> ${v.to}`,
    ),
  };
}

test('every import of the project is allowed by the table', async () => {
  const folders = (await readdir(repository)).filter((name) => /^(src-.*|tests|build)$/.test(name));
  const { modules, violations } = await cruise(repository, folders);
  expect(violations).toEqual([]);
  // A cruiser that understands no TypeScript finds nothing and is content.
  expect(modules).toBeGreaterThan(100);
});

test('every folder of src-main has its place in the table', async () => {
  const entries = await readdir(join(repository, 'src-main'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.filter((folder) => !(folder in mayImport))).toEqual([]);
});

test('every folder of src-renderer has its place in the table', async () => {
  const entries = await readdir(join(repository, 'src-renderer'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.filter((folder) => folder !== 'texts' && !(folder in rendererMayImport))).toEqual([]);
});

const forbidden: readonly {
  because: string;
  files: Readonly<Record<string, string>>;
  violations: readonly string[];
}[] = [
  {
    because: 'media/ reads a file',
    files: { 'src-main/media/a.ts': `import { readFile } from 'node:fs/promises';\nexport const a = readFile;` },
    violations: ['media-is-pure: src-main/media/a.ts -> fs/promises'],
  },
  {
    because: 'media/ knows FFmpeg’s runner, if only its types',
    files: {
      'src-main/media/a.ts': `import type { B } from '#main/ffmpeg/b.ts';\nexport type A = B;`,
      'src-main/ffmpeg/b.ts': 'export type B = number;',
    },
    violations: [
      'media-is-pure: src-main/media/a.ts -> src-main/ffmpeg/b.ts',
      'table-media: src-main/media/a.ts -> src-main/ffmpeg/b.ts',
    ],
  },
  {
    because: 'the node’s agent knows the store',
    files: {
      'src-main/agent/a.ts': `import { b } from '#main/store/b.ts';\nexport const a = b;`,
      'src-main/store/b.ts': 'export const b = 1;',
    },
    violations: ['table-agent: src-main/agent/a.ts -> src-main/store/b.ts'],
  },
  {
    because: 'something knows the command line',
    files: {
      'src-main/stages/a.ts': `import { b } from '#main/cli/b.ts';\nexport const a = b;`,
      'src-main/cli/b.ts': 'export const b = 1;',
    },
    violations: ['table-stages: src-main/stages/a.ts -> src-main/cli/b.ts'],
  },
  {
    because: 'two files wait for each other',
    files: {
      'src-main/queue/a.ts': `import { b } from './b.ts';\nexport const a = () => b;`,
      'src-main/queue/b.ts': `import { a } from './a.ts';\nexport const b = () => a;`,
    },
    violations: ['no-cycles: src-main/queue/a.ts -> src-main/queue/b.ts'],
  },
  {
    because: 'src-shared needs more than zod',
    files: { 'src-shared/model/a.ts': `import { join } from 'node:path';\nexport const a = join;` },
    violations: ['shared-is-zod-only: src-shared/model/a.ts -> path'],
  },
  {
    because: 'the program needs a development package',
    files: {
      'src-main/ffmpeg/a.ts': `import { test } from 'vitest';\nexport const a = test;`,
      'node_modules/vitest/package.json': '{"name":"vitest","type":"module","exports":"./index.js"}',
      'node_modules/vitest/index.js': 'export const test = 1;',
    },
    violations: ['shipped-packages-only: src-main/ffmpeg/a.ts -> node_modules/vitest/index.js'],
  },
  {
    because: 'a window is opened outside desktop/',
    files: { 'src-main/app/a.ts': `import { app } from 'electron';\nexport const a = app;` },
    violations: [
      'electron-in-desktop-only: src-main/app/a.ts -> electron',
      'resolvable: src-main/app/a.ts -> electron',
    ],
  },
  {
    because: 'a screen knows the server’s code',
    files: {
      'src-renderer/screens/home/a.ts': `import { b } from '#main/queue/b.ts';\nexport const a = b;`,
      'src-main/queue/b.ts': 'export const b = 1;',
    },
    violations: ['renderer-by-the-bridge: src-renderer/screens/home/a.ts -> src-main/queue/b.ts'],
  },
  {
    because: 'one screen needs another',
    files: {
      'src-renderer/screens/home/a.ts': `import { b } from '../queue/b.ts';\nexport const a = b;`,
      'src-renderer/screens/queue/b.ts': 'export const b = 1;',
    },
    violations: ['screens-stand-alone: src-renderer/screens/home/a.ts -> src-renderer/screens/queue/b.ts'],
  },
  {
    because: 'a component fetches',
    files: {
      'src-renderer/components/a.ts': `import { b } from '../data/b.ts';\nexport const a = b;`,
      'src-renderer/data/b.ts': 'export const b = 1;',
    },
    violations: ['renderer-components: src-renderer/components/a.ts -> src-renderer/data/b.ts'],
  },
  {
    because: 'the program imports a test’s helper',
    files: {
      'src-main/queue/a.ts': `import { b } from '#tests/helpers/b.ts';\nexport const a = b;`,
      'tests/helpers/b.ts': 'export const b = 1;',
    },
    violations: ['nothing-imports-tests: src-main/queue/a.ts -> tests/helpers/b.ts'],
  },
];

test.each(forbidden)('the table notices when $because', async ({ files, violations }) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), readProjectFile('package.json'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const tops = ['src-main', 'src-renderer', 'src-shared', 'tests'].filter((top) =>
    Object.keys(files).some((path) => path.startsWith(top)),
  );
  expect((await cruise(folder, tops)).violations.toSorted()).toEqual([...violations].toSorted());
});
