import type { Chunk, FrameGrid } from '#shared/model/plan.ts';

/** Shorter films are one chunk: doing one again costs less than it saves. */
const chunkingPaysFromSec = 600;
/** What a power cut costs at most on one machine. Each chunk starts an encoder anew, which at this length is not seen. */
const checkpointSec = 300;

/** Length of a chunk when nobody asks for one and one machine does all of them; null is the whole film. */
export function checkpointLength(durationSec: number): number | null {
  return durationSec >= chunkingPaysFromSec ? checkpointSec : null;
}

/**
 * Cuts the film into chunks of whole segments. A last chunk shorter than half of the others joins its neighbour.
 *
 * @param chunkSec wished length in seconds; null makes one chunk of the whole film; several are the lengths in their order
 */
export function chunksOf(grid: FrameGrid, chunkSec: number | null | readonly number[]): Chunk[] {
  if (typeof chunkSec === 'object' && chunkSec !== null) return chunksAt(grid, startsOf(grid, chunkSec));
  const framesWished = chunkSec === null ? grid.frames : (chunkSec * grid.rate.num) / grid.rate.den;
  const segments = Math.max(1, Math.round(framesWished / grid.segmentFrames));
  const step = chunkSec === null ? grid.frames : segments * grid.segmentFrames;
  const starts: number[] = [];
  for (let start = 0; start < grid.frames; start += step) starts.push(start);
  const last = starts.at(-1) ?? 0;
  if (starts.length > 1 && grid.frames - last < step / 2) starts.pop();
  return chunksAt(grid, starts);
}

/** Each start is the segment boundary nearest to where the lengths before it end. */
function startsOf(grid: FrameGrid, lengthsSec: readonly number[]): number[] {
  const segmentSec = (grid.segmentFrames * grid.rate.den) / grid.rate.num;
  const starts = new Set([0]);
  let atSec = 0;
  for (const lengthSec of lengthsSec) {
    atSec += lengthSec;
    const frame = Math.round(atSec / segmentSec) * grid.segmentFrames;
    // A rest of less than a segment stays with the chunk before it.
    if (frame + grid.segmentFrames <= grid.frames) starts.add(frame);
  }
  return [...starts];
}

function chunksAt(grid: FrameGrid, starts: readonly number[]): Chunk[] {
  return starts.map((startFrame, index) => {
    const end = starts[index + 1] ?? grid.frames;
    return { index, startFrame, frames: end - startFrame, isLast: index === starts.length - 1 };
  });
}
