import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PartChart } from '#main/media/package/preview/part-chart.ts';
import { chartShelf } from '#main/stages/preview/chart-shelf.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** A chart of a kilobyte. */
function aChart(codec: string): PartChart {
  const segment = { header: new Uint8Array(1000), ranges: [], sizeBytes: 1000, startSec: 0, durationSec: 1 };
  return { codec, init: new Uint8Array(24), segments: [segment], firstSegment: 0 };
}

/** Parts `a`, `b` and `c`, and who was charted so far. */
async function aShelf(mostBytes: number) {
  const folder = await temporaryFolder();
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
  const shelf = chartShelf(mostBytes);
  const read: string[] = [];
  const ask = async (name: string) => {
    const chart = await shelf.chart(join(folder, name), async () => {
      read.push(name);
      return aChart(name);
    });
    return chart?.codec ?? null;
  };
  return { folder, shelf, read, ask };
}

test('a part is charted once, however many ask, and anew when it was replaced', async () => {
  const { folder, read, ask } = await aShelf(10_000);
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a', 'a', 'b']);
  expect(read).toEqual(['a', 'b']);
  await writeFile(join(folder, 'a.partial'), 'a');
  await rename(join(folder, 'a.partial'), join(folder, 'a'));
  await ask('a');
  expect(read).toEqual(['a', 'b', 'a']);
});

test('the charts that were asked for longest ago make room', async () => {
  const { read, ask } = await aShelf(2500);
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(name);
  expect(read).toEqual(['a', 'b', 'c', 'b']);
});

test('a part that is gone has no chart, and one that can not be read is tried again', async () => {
  const { folder, shelf, ask } = await aShelf(10_000);
  await rm(join(folder, 'a'));
  expect(await ask('a')).toBe(null);
  const path = join(folder, 'b');
  expect(await shelf.chart(path, async () => null)).toBe(null);
  await expect(shelf.chart(path, () => Promise.reject(new Error('the disk is away')))).rejects.toThrow('away');
  expect(await ask('b')).toBe('b');
});

test('what is handed out open is what was charted', async () => {
  const { folder, shelf } = await aShelf(10_000);
  const path = join(folder, 'a');
  const replaced = await shelf.open(path, async () => {
    await writeFile(`${path}.partial`, 'another');
    await rename(`${path}.partial`, path);
    return aChart('a');
  });
  expect(replaced).toBe(null);
  const opened = await shelf.open(path, async () => aChart('another'));
  await rm(path);
  expect([opened?.chart.codec, await opened?.file.readFile('utf8')]).toEqual(['another', 'another']);
  await opened?.file.close();
});
