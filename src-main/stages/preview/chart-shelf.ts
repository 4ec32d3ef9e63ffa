import { type FileHandle, open, stat } from 'node:fs/promises';
import type { PartChart } from '#main/media/package/preview/part-chart.ts';

/** An open part with the chart of these very bytes; whoever asked closes the file. */
export type OpenPart = { file: FileHandle; chart: PartChart };

export type ChartShelf = {
  /** The chart of the part at `path`; null when it has gone, or `read` can make nothing of it. */
  chart: (path: string, read: ReadChart) => Promise<PartChart | null>;
  /** The same, with the part held open: what is renamed or deleted meanwhile is read to its end. */
  open: (path: string, read: ReadChart) => Promise<OpenPart | null>;
};

export type ReadChart = () => Promise<PartChart | null>;

/** The sound of some twenty films, or a hundred chunks of five minutes. */
const usualBytes = 48 * 2 ** 20;

/**
 * Charts that were made lately. A chart is made of the tables of a whole part, which takes tens of megabytes for a moment: one
 * at a time, however many ask.
 */
export function chartShelf(mostBytes = usualBytes): ChartShelf {
  const shelf = new Map<string, { mark: string; chart: PartChart }>();
  let keptBytes = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const drop = (path: string): void => {
    const held = shelf.get(path);
    if (held === undefined) return;
    shelf.delete(path);
    keptBytes -= bytesOf(held.chart);
  };
  const keep = (path: string, mark: string, chart: PartChart): void => {
    drop(path);
    shelf.set(path, { mark, chart });
    keptBytes += bytesOf(chart);
    // The oldest first; the one that was just asked for stays, however large it is.
    for (const oldest of shelf.keys()) if (keptBytes > mostBytes && oldest !== path) drop(oldest);
  };
  const make = async (path: string, mark: string, read: ReadChart): Promise<PartChart | null> => {
    const held = shelf.get(path);
    const chart = held?.mark === mark ? held.chart : await read();
    if (chart === null) drop(path);
    else keep(path, mark, chart);
    return chart;
  };
  const find = async (path: string, read: ReadChart): Promise<{ chart: PartChart; mark: string } | null> => {
    const mark = await markOf(() => stat(path, { bigint: true }));
    if (mark === null) return null;
    const made = turn.then(() => make(path, mark, read));
    turn = made.catch(() => null);
    const chart = await made;
    return chart === null ? null : { chart, mark };
  };

  return {
    chart: async (path, read) => (await find(path, read))?.chart ?? null,
    open: async (path, read) => {
      const found = await find(path, read);
      const file = found === null ? null : await open(path, 'r').catch(() => null);
      if (found === null || file === null) return null;
      // Made anew between the two: its bytes lie elsewhere now.
      if ((await markOf(() => file.stat({ bigint: true }))) === found.mark) return { file, chart: found.chart };
      await file.close();
      return null;
    },
  };
}

type Marks = { ino: bigint; size: bigint; mtimeNs: bigint };

async function markOf(read: () => Promise<Marks>): Promise<string | null> {
  const found = await read().catch(() => null);
  return found === null ? null : `${found.ino}-${found.size}-${found.mtimeNs}`;
}

function bytesOf({ init, segments }: PartChart): number {
  const rangeBytes = 64;
  return segments.reduce((sum, { header, ranges }) => sum + header.length + ranges.length * rangeBytes, init.length);
}
