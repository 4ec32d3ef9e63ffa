import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { repository } from '../helpers/source-tree.ts';

/*
 * What a browser reads before it shows the first page, as `npm run build` left it. The chart of that page is drawn later, and
 * read then.
 */

const built = join(repository, 'dist', 'renderer');
const mostBytes = 400_000;

const files = z.array(z.string()).default([]);
const manifest = z.record(z.string(), z.object({ file: z.string(), imports: files, css: files, assets: files }));

test('the first page, in a language that is not built in, takes less than 400 kB', () => {
  const chunks = manifest.parse(JSON.parse(readFileSync(join(built, '.vite', 'manifest.json'), 'utf8')));
  const read = new Set(['index.html']);
  const follow = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined) throw new Error(`the build has no ${name}`);
    if (read.has(chunk.file)) return;
    for (const file of [chunk.file, ...chunk.css, ...chunk.assets]) read.add(file);
    for (const one of chunk.imports) follow(one);
  };
  follow('index.html');
  follow('screens/home/home-screen.tsx');
  for (const name of ['shell', 'home', 'server']) follow(`texts/ja/${name}.json`);
  const bytes = [...read].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
  expect(bytes).toBeLessThan(mostBytes);
  // React and Mantine alone are more: a sum below would have left them out.
  expect(bytes).toBeGreaterThan(200_000);
});
