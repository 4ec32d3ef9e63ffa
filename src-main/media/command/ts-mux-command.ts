import type { EncodePlan, FrameGrid } from '#shared/model/plan.ts';
import { commonOptions, keptTimes } from './ffmpeg-step.ts';
import { ownFileUrl } from './input-options.ts';

/** What FFmpeg's muxer calls its own list of a rendition's segments; ours replaces it. */
export const muxerList = 'muxer.m3u8';
/** Segments as FFmpeg numbers them, in the rendition's folder, before they get their names. */
export const muxerSegment = (index: number): string => `${String(index).padStart(5, '0')}.ts`;

export type TsMuxInputs = {
  /** ffconcat list of each video rendition, absolute, in plan order. */
  lists: readonly string[];
  /** File of each audio rendition, absolute, in plan order. */
  audio: readonly string[];
};

/**
 * One HLS muxer for all streams of a title, run in the staging folder: muxers of their own would each shift their
 * stream to time zero, and pictures with B-frames would lag behind the sound by 60 to 80 ms.
 */
export function tsMuxCommand(plan: EncodePlan, inputs: TsMuxInputs): string[] {
  const reading = ['-protocol_whitelist', 'file'];
  const lists = inputs.lists.flatMap((path) => [...reading, '-f', 'concat', '-i', ownFileUrl(path)]);
  // Sound ends with the picture; its file goes on a little.
  const sound = inputs.audio.flatMap((path) => ['-t', plan.durationSec.toFixed(6), ...reading, '-i', ownFileUrl(path)]);
  const maps = [...inputs.lists.map((_, i) => `${i}:v`), ...inputs.audio.map((_, i) => `${inputs.lists.length + i}:a`)];
  const group = inputs.audio.length === 0 ? '' : ',agroup:sound';
  const streams = [
    ...plan.video.map(({ id }, i) => `v:${i},name:${id}${group}`),
    ...plan.audio.map(({ id }, i) => `a:${i},name:${id}${group}`),
  ];
  return [
    ...commonOptions,
    ...keptTimes,
    ...lists,
    ...sound,
    ...maps.flatMap((map) => ['-map', map]),
    ...[
      '-c',
      'copy',
      '-f',
      'hls',
      '-hls_time',
      cutAfterSec(plan.grid),
      '-hls_list_size',
      '0',
      '-hls_playlist_type',
      'vod',
    ],
    ...['-hls_segment_filename', '%v/%05d.ts', '-var_stream_map', streams.join(' '), `%v/${muxerList}`],
  ];
}

/** A time stamp on the 90 kHz clock and the one it is counted from are each rounded: together up to one tick, 11 µs. */
const roundingSec = 20e-6;

/**
 * `-hls_time`: a little less than a segment, since the muxer cuts at the first keyframe at or after n times this, and at
 * rates that don't divide 90 kHz (23.976 as 2997/125) a rounded keyframe lies before its exact place. The shortfall adds
 * up with n, and must stay well below a GOP or the keyframe before would do.
 */
function cutAfterSec({ rate, frames, gopFrames, segmentFrames }: FrameGrid): string {
  const frameSec = rate.den / rate.num;
  const segments = Math.ceil(frames / segmentFrames);
  const shortfallSec = Math.min(roundingSec, (gopFrames * frameSec) / 2 / segments);
  return (Math.floor((segmentFrames * frameSec - shortfallSec) * 1e6) / 1e6).toFixed(6);
}

/**
 * An ffconcat list of a rendition's chunks with exact durations: joined by what containers claim, rounding would add up
 * over hours. Paths are relative to the list and of our own making, so they need no quoting.
 */
export function concatList(
  chunks: readonly { path: string; frames: number }[],
  rate: { num: number; den: number },
): string {
  const entries = chunks.map(
    ({ path, frames }) => `file ${path}\nduration ${((frames * rate.den) / rate.num).toFixed(9)}\n`,
  );
  return `ffconcat version 1.0\n${entries.join('')}`;
}
