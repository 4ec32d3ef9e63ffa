import type { EncodePlan } from '#shared/model/plan.ts';
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
  const { rate, segmentFrames } = plan.grid;
  // Whole microseconds, rounded down: a keyframe that lies exactly on the boundary must not be missed.
  const segmentSec = Math.floor((segmentFrames * rate.den * 1e6) / rate.num) / 1e6;
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
      segmentSec.toFixed(6),
      '-hls_list_size',
      '0',
      '-hls_playlist_type',
      'vod',
    ],
    ...['-hls_segment_filename', '%v/%05d.ts', '-var_stream_map', streams.join(' '), `%v/${muxerList}`],
  ];
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
