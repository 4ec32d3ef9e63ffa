import type { Mp4Edit, Mp4Samples } from '../../bitstream/mp4-track.ts';
import type { TimelineSample } from './fragment-track.ts';

/*
 * Times of a whole title, from the sample tables of the files that its renditions were encoded to.
 *
 * All renditions of a title share one origin: the first picture and the first sample of sound content are presented at
 * `originTicks` (in each track's own timescale, the same moment in all). `tfdt` is unsigned, so decoding starts at the
 * origin too, and pictures that are shown before they would be decoded by that count have negative composition offsets.
 * That is what version 1 of `trun` is for, and what Safari and all MSE players read right; the other way, delaying the
 * presentation by the depth of the reordering, is the 60 to 80 ms by which FFmpeg's own muxer puts video behind audio.
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
  return joined.length === 0 ? { ok: false, fault: { code: 'no-samples' } } : { ok: true, samples: joined };
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
 * nothing but priming are dropped. Where a packet holds the end of the priming and the first content (AC-3, Opus), it is
 * presented at the origin and its duration is what remains of it: so every later packet is exactly on time.
 * Packets that start at or after `endTicks` (content length, track timescale) are dropped: they are the encoder's padding.
 */
export function audioTimeline(file: AudioFile, originTicks = 0, endTicks: number | null = null): Timeline {
  const shift = presentationShift(file);
  if (shift === null) return { ok: false, fault: { code: 'complex-edits' } };
  const placed: TimelineSample[] = [];
  const { samples } = file;
  for (let i = 0; i < samples.count; i++) {
    const durationTicks = samples.durationTicks[i] ?? 0;
    const start = presentation(samples, i) + shift;
    const end = start + durationTicks;
    if (end <= 0 || (endTicks !== null && start >= endTicks)) continue;
    placed.push({
      source: 0,
      offset: samples.offset[i] ?? 0,
      sizeBytes: samples.sizeBytes[i] ?? 0,
      dts: originTicks + Math.max(0, start),
      ctsOffset: 0,
      durationTicks: end - Math.max(0, start),
      sync: true,
    });
  }
  return placed.length === 0 ? { ok: false, fault: { code: 'no-samples' } } : { ok: true, samples: placed };
}

/** What the edit list adds to media times: an empty edit delays, a media time skips priming. */
function presentationShift(file: AudioFile): number | null {
  let delay = 0;
  let mediaTime: number | null = null;
  for (const edit of file.edits) {
    if (edit.mediaTime === null) {
      if (mediaTime !== null) return null;
      delay += Math.round((edit.durationTicks * file.timescale) / file.movieTimescale);
    } else {
      if (mediaTime !== null || edit.rate !== 1) return null;
      mediaTime = edit.mediaTime;
    }
  }
  return delay - (mediaTime ?? 0);
}

function presentation(samples: Mp4Samples, i: number): number {
  return (samples.dts[i] ?? 0) + (samples.ctsOffset[i] ?? 0);
}
