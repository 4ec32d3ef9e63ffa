import type { FrameGrid } from '#shared/model/plan.ts';

/** Where the segments of every rung begin: frame numbers, from 0. */
export function segmentStarts(grid: FrameGrid): number[] {
  const starts: number[] = [];
  for (let frame = 0; frame < grid.frames; frame += grid.segmentFrames) starts.push(frame);
  return starts;
}

/** How long each segment of pictures is, seconds, exact on the grid. */
export function segmentDurations(grid: FrameGrid): number[] {
  return segmentStarts(grid).map((start) => {
    const frames = Math.min(grid.segmentFrames, grid.frames - start);
    return (frames * grid.rate.den) / grid.rate.num;
  });
}
