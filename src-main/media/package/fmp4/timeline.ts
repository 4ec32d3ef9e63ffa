import type { Mp4Edit, Mp4Samples } from '../../bitstream/mp4-track.ts';
import type { TimelineSample } from './fragment-track.ts';

/*
 * Times of a whole title, from the sample tables of the files that its renditions were encoded to.
 *
 * All renditions of a title share one origin: the first picture and the first sample of sound content are presented at
 * `originTicks` (in each track's own timescale, the same moment in all). `tfdt` is unsigned, so nothing is decoded before
 * 0: where pictures are reordered, the origin has to leave room for the pictures that are decoded before the first one is
 * due, and `reorderFrames` says how many. With that room all composition offsets are 0 or more, and every player agrees.
 * With less room the offsets of some pictures are negative. That is legal (`trun` version 1) and MSE players and Safari
 * read it right, but FFmpeg's demuxer then presents the whole track later by the largest negative offset: 60 to 80 ms
 * behind the sound in everything that is built on it.
 */

export type TimelineFault =
  /** A chunk does not have the promised number of frames: a lost frame would shift all that follow. */
  | { code: 'frame-count'; source: number; expected: number; found: number }
  /** A chunk's pictures do not lie on the frame grid, one on each place. */
  | { code: 'off-grid'; source: number; frame: number }
  /** An edit list that cuts or speeds the middle of the sound. */
  | { code: 'complex-edits' }
  | { code: 'no-samples' };

export type Timeline = { ok: true; samples: TimelineSample[] } | { ok: false; fault: TimelineFault };

/** A chunk file as the encoder left it. */
export type VideoChunk = {
  /** Timescale of its track. */
  timescale: number;
  samples: Mp4Samples;
  /** How many frames the plan gave it. */
  frameCount: number;
};

/**
 * How many frames earlier than its turn on the screen a picture has to be decoded at most; 0 without B-frames. The origin
 * of a title is best this many frames (of the rendition with the most) or more. The same faults as `videoTimeline`.
 */
export function reorderFrames(
  chunks: readonly VideoChunk[],
  rate: { num: number; den: number },
): { ok: true; frames: number } | { ok: false; fault: TimelineFault } {
  const timeline = videoTimeline(chunks, rate);
  if (!timeline.ok) return timeline;
  return { ok: true, frames: Math.abs(leastOffset(timeline.samples)) / rate.den };
}

/**
 * Joins the chunks of a video rendition. The timescale of the result is `rate.num`, and frame n of the title is presented
 * at exactly `originTicks + n * rate.den`. Edit lists of the chunks are not looked at: each chunk's first presented
 * picture is its first frame, wherever the encoder's reordering delay put it.
 */
export function videoTimeline(
  chunks: readonly VideoChunk[],
  rate: { num: number; den: number },
  originTicks = 0,
): Timeline {
  const joined: TimelineSample[] = [];
  let startFrame = 0;
  for (const [source, chunk] of chunks.entries()) {
    const { samples, frameCount } = chunk;
    if (samples.count !== frameCount) {
      return { ok: false, fault: { code: 'frame-count', source, expected: frameCount, found: samples.count } };
    }
    const frames = frameOrder(chunk, rate);
    if (typeof frames === 'number') {
      return { ok: false, fault: { code: 'off-grid', source, frame: startFrame + frames } };
    }
    for (let i = 0; i < samples.count; i++) {
      joined.push({
        source,
        offset: samples.offset[i] ?? 0,
        sizeBytes: samples.sizeBytes[i] ?? 0,
        dts: originTicks + (startFrame + i) * rate.den,
        ctsOffset: ((frames[i] ?? 0) - i) * rate.den,
        durationTicks: rate.den,
        sync: samples.sync[i] === 1,
      });
    }
    startFrame += frameCount;
  }
  if (joined.length === 0) return { ok: false, fault: { code: 'no-samples' } };
  decodeEarlier(joined, rate.den, originTicks);
  return { ok: true, samples: joined };
}

/** Moves decoding ahead of presentation by whole frames, until no offset is negative or there is no room before 0. */
function decodeEarlier(samples: readonly TimelineSample[], frameTicks: number, originTicks: number): void {
  const room = Math.floor(originTicks / frameTicks) * frameTicks;
  const leadTicks = Math.min(-leastOffset(samples), room);
  for (const sample of samples) {
    sample.dts -= leadTicks;
    sample.ctsOffset += leadTicks;
  }
}

function leastOffset(samples: readonly TimelineSample[]): number {
  return samples.reduce((least, sample) => Math.min(least, sample.ctsOffset), 0);
}

/**
 * For each sample in decoding order the frame it is, from the chunk's first one on. A number is the place in the chunk
 * where two pictures fall on one frame of the grid, or one falls between two.
 */
function frameOrder(chunk: VideoChunk, rate: { num: number; den: number }): Int32Array | number {
  const { samples, timescale } = chunk;
  let first = Number.POSITIVE_INFINITY;
  for (let i = 0; i < samples.count; i++) first = Math.min(first, presentation(samples, i));
  const frames = new Int32Array(samples.count);
  const taken = new Uint8Array(samples.count);
  for (let i = 0; i < samples.count; i++) {
    const exact = ((presentation(samples, i) - first) * rate.num) / (timescale * rate.den);
    const frame = Math.round(exact);
    // A timescale that does not divide the rate (milliseconds) rounds by less than a quarter of a frame.
    if (Math.abs(exact - frame) > 0.25 || frame >= samples.count || taken[frame] === 1) return Math.min(frame, i);
    taken[frame] = 1;
    frames[i] = frame;
  }
  return frames;
}

/** A sound file as the encoder left it; the timescale stays. */
export type AudioFile = {
  timescale: number;
  samples: Mp4Samples;
  /** `Mp4Track.edits`: they say where the encoder's priming ends and the content begins. */
  edits: readonly Mp4Edit[];
  /** `Mp4Movie.timescale`, in which empty edits are counted. */
  movieTimescale: number;
};

/**
 * Places the packets of a sound file so that its first content sample is presented at `originTicks`. Packets that hold
 * nothing but priming are dropped. A packet that holds the end of the priming and the first content (AC-3, Opus) starts
 * before the origin; where that is before 0, it is presented at 0 and its duration is cut to what remains, so that every
 * later packet is exactly on time.
 * Packets that start at or after `endTicks` (content length, track timescale) are dropped: they are the encoder's padding.
 */
export function audioTimeline(file: AudioFile, originTicks = 0, endTicks: number | null = null): Timeline {
  const edit = readPriming(file);
  if (edit === null) return { ok: false, fault: { code: 'complex-edits' } };
  const placed: TimelineSample[] = [];
  const { samples } = file;
  for (let i = 0; i < samples.count; i++) {
    const durationTicks = samples.durationTicks[i] ?? 0;
    const start = presentation(samples, i) - edit.primingTicks + edit.delayTicks;
    const end = start + durationTicks;
    if (end <= edit.delayTicks || (endTicks !== null && start >= endTicks)) continue;
    const dts = Math.max(0, originTicks + start);
    placed.push({
      source: 0,
      offset: samples.offset[i] ?? 0,
      sizeBytes: samples.sizeBytes[i] ?? 0,
      dts,
      ctsOffset: 0,
      durationTicks: originTicks + end - dts,
      sync: true,
    });
  }
  return placed.length === 0 ? { ok: false, fault: { code: 'no-samples' } } : { ok: true, samples: placed };
}

/** What the edit list says, track timescale: an empty edit delays the content, a media time skips the priming. */
function readPriming(file: AudioFile): { delayTicks: number; primingTicks: number } | null {
  let delayTicks = 0;
  let primingTicks: number | null = null;
  for (const edit of file.edits) {
    if (primingTicks !== null) return null;
    if (edit.mediaTime === null) {
      delayTicks += Math.round((edit.durationTicks * file.timescale) / file.movieTimescale);
    } else {
      if (edit.rate !== 1) return null;
      primingTicks = edit.mediaTime;
    }
  }
  return { delayTicks, primingTicks: primingTicks ?? 0 };
}

function presentation(samples: Mp4Samples, i: number): number {
  return (samples.dts[i] ?? 0) + (samples.ctsOffset[i] ?? 0);
}
