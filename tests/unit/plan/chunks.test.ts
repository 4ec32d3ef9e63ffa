import { expect, test } from 'vitest';
import { checkpointLength, chunksOf } from '#main/media/plan/chunks.ts';
import type { FrameGrid } from '#shared/model/plan.ts';

const aGrid = (set: Partial<FrameGrid>): FrameGrid => ({
  rate: { num: 24, den: 1 },
  frames: 2400,
  gopFrames: 48,
  segmentFrames: 144,
  originSec: 0,
  holdFrames: 0,
  ...set,
});
const lengths = (grid: FrameGrid, chunkSec: number | null): number[] =>
  chunksOf(grid, chunkSec).map(({ frames }) => frames);

test('without a wish the film is one chunk', () => {
  expect(chunksOf(aGrid({}), null)).toEqual([{ index: 0, startFrame: 0, frames: 2400, isLast: true }]);
});

test('chunks are whole segments of about the wished length', () => {
  expect(chunksOf(aGrid({}), 31)).toEqual([
    { index: 0, startFrame: 0, frames: 720, isLast: false },
    { index: 1, startFrame: 720, frames: 720, isLast: false },
    { index: 2, startFrame: 1440, frames: 960, isLast: true },
  ]);
});

test('a tail of half a chunk stands alone; a shorter one joins its neighbour', () => {
  expect(lengths(aGrid({ frames: 1440 + 360 }), 30)).toEqual([720, 720, 360]);
  expect(lengths(aGrid({ frames: 1440 + 359 }), 30)).toEqual([720, 720 + 359]);
});

test('a wish shorter than a segment is a segment', () => {
  expect(lengths(aGrid({ frames: 432 }), 1)).toEqual([144, 144, 144]);
});

test('a film shorter than its chunk is one', () => {
  expect(lengths(aGrid({ frames: 7 }), 300)).toEqual([7]);
});

test('checkpoints are made of long films only', () => {
  expect([599.9, 600, 7200].map(checkpointLength)).toEqual([null, 300, 300]);
});

/** Park and Miller's minimal generator: the same numbers on every run. */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 0x7f_ff_ff_ff;
    yield state;
  }
}

test('a thousand films: chunks touch, begin on segments, and add up to the film', () => {
  const numbers = seeded(20_240_229);
  const below = (limit: number): number => numbers.next().value % limit;
  const rates = [
    { num: 24, den: 1 },
    { num: 24_000, den: 1001 },
    { num: 60_000, den: 1001 },
  ];
  const faults: string[] = [];
  for (let round = 0; round < 1000; round += 1) {
    const gopFrames = 1 + below(250);
    const grid = aGrid({
      rate: rates[below(3)] ?? { num: 25, den: 1 },
      frames: 1 + below(300_000),
      gopFrames,
      segmentFrames: gopFrames * (1 + below(6)),
    });
    const chunks = chunksOf(grid, below(10) === 0 ? null : 1 + below(900));
    let next = 0;
    chunks.forEach((chunk, i) => {
      const good =
        chunk.index === i &&
        chunk.startFrame === next &&
        chunk.startFrame % grid.segmentFrames === 0 &&
        chunk.frames > 0 &&
        chunk.isLast === (i === chunks.length - 1);
      if (!good) faults.push(JSON.stringify({ grid, chunk }));
      next += chunk.frames;
    });
    if (next !== grid.frames) faults.push(JSON.stringify({ grid, next }));
  }
  expect(faults).toEqual([]);
});
