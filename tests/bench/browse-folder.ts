import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browseFolder } from '#main/intake/browse-folder.ts';
import { folderReader } from '#main/intake/folder-listing.ts';
import { systemClock } from '#main/platform/clock.ts';
import type { FileSort } from '#shared/protocol/files.ts';
import type { PageAsk } from '#main/store/page.ts';
import type { Figure } from './report.ts';

const files = 50_000;
const rounds = 7;

/** Milliseconds of a page of a folder with 50,000 files, the slowest of its orders that looks at names; the median of fresh reads. */
export async function browseFolderPage(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    for (let n = 0; n < files; n += 1) await writeFile(join(folder, `Show ${n % 40} - Episode ${n}.mkv`), '');
    const worst: number[] = [];
    for (const sort of ['name', '-name', '-size', '-modified'] as const) {
      const fresh = await median(() => pageMs(folder, sort));
      print(`sorted by ${sort}: ${fresh.firstMs.toFixed(0)} ms the first page, ${fresh.nextMs.toFixed(0)} ms the next`);
      if (sort.endsWith('name')) worst.push(fresh.firstMs, fresh.nextMs);
    }
    return {
      name: 'browse-folder',
      value: Math.max(...worst),
      unit: 'ms',
      bound: 200,
      detail: `a page of 50 in a folder of ${files} files, nothing remembered; median of ${rounds}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Pages = { firstMs: number; nextMs: number };

async function pageMs(folder: string, sort: FileSort): Promise<Pages> {
  const read = folderReader(systemClock);
  const ask = { folder, sort, roots: [folder], mediaOnly: false, hidden: false, search: undefined, limit: 50 };
  const timed = async (after: PageAsk['after']) => {
    const began = performance.now();
    const { next } = await browseFolder(read, { ...ask, after });
    return { ms: performance.now() - began, next };
  };
  const first = await timed(null);
  const second = await timed(first.next);
  return { firstMs: first.ms, nextMs: second.ms };
}

async function median(measure: () => Promise<Pages>): Promise<Pages> {
  const all: Pages[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure());
  const middle = (pick: (pages: Pages) => number) => all.map(pick).sort((a, b) => a - b)[rounds >> 1] ?? 0;
  return { firstMs: middle(({ firstMs }) => firstMs), nextMs: middle(({ nextMs }) => nextMs) };
}
