import type { VideoFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import { type Fraction, fractionText, fractionValue } from '#shared/model/fraction.ts';
import { info, warning } from '../check/finding-of.ts';
import { pictureColor } from './color.ts';
import { orientationOf } from './display-matrix.ts';
import type { ProbedFrame, ProbedStream } from './ffprobe-answer.ts';
import { type FieldOrder, fieldOrderOf } from './field-order.ts';
import { frameTiming } from './frame-timing.ts';
import { type PacketRead, presentationTimes, shownPackets, streamEnd } from './packet-times.ts';
import { pixelFormatFacts } from './pixel-format.ts';
import { positiveInteger, streamBase } from './shared-stream-facts.ts';

export type VideoEvidence = {
  stream: ProbedStream;
  firstFrames: readonly ProbedFrame[];
  head: PacketRead;
  elsewhere: readonly PacketRead[];
  tail: PacketRead;
  measuredFieldOrder: FieldOrder | null;
};

/** Null for a stream that has no picture size: nothing can be made of it. */
export function readVideo(evidence: VideoEvidence): { video: VideoFacts; oddities: Finding[] } | null {
  const { stream, firstFrames, tail } = evidence;
  const [width, height] = [positiveInteger(stream.width), positiveInteger(stream.height)];
  if (width === null || height === null) return null;
  const timing = timingOf(evidence);
  const frameSec =
    timing.rateMode === 'constant' && timing.frameRate !== null ? 1 / fractionValue(timing.frameRate) : null;
  const endSec = streamEnd(tail, stream.index, frameSec);
  const pixels = pixelFormatFacts(stream.pix_fmt);
  const { exact, ...orientation } = orientationOf(stream.side_data_list);
  const video: VideoFacts = {
    ...streamBase(stream),
    endSec,
    profile: stream.profile,
    level: stream.level !== null && stream.level > 0 ? stream.level : null,
    width,
    height,
    sampleAspect: stream.sample_aspect_ratio,
    ...orientation,
    ...timing,
    fieldOrder: fieldOrderOf(stream, firstFrames, evidence.measuredFieldOrder),
    frameCount: frameCountOf(evidence, timing.rateMode === 'constant' ? timing.frameRate : null, endSec),
    pixelFormat: stream.pix_fmt,
    ...pixels,
    bitDepth: pixels.bitDepth ?? positiveInteger(stream.bits_per_raw_sample),
    ...pictureColor(stream, firstFrames),
  };
  return { video, oddities: exact ? oddTiming(stream, video) : [...oddTiming(stream, video), oddAngle(stream.index)] };
}

function timingOf({ stream, head, elsewhere, tail }: VideoEvidence) {
  // A cover is one picture; its declared rate (90000) means nothing.
  if (stream.disposition['attached_pic'] === 1) return { frameRate: null, rateMode: null };
  const times = (read: PacketRead) => presentationTimes(read, stream.index);
  return frameTiming({
    declared: { lowest: stream.r_frame_rate, average: stream.avg_frame_rate },
    head: times(head),
    elsewhere: [...elsewhere, tail].map(times),
  });
}

/**
 * Counted where the whole file was read; else what the file says, when it fits the clock: tags survive cuts that they no
 * longer describe, and an edit list can hide pictures that MP4 counts.
 */
function frameCountOf({ stream, head }: VideoEvidence, rate: Fraction | null, endSec: number | null): number | null {
  if (head.toEnd) return positiveInteger(shownPackets(head, stream.index).length);
  const tag = [...stream.tags].find(([key]) => key === 'number_of_frames' || key.startsWith('number_of_frames-'))?.[1];
  const said = positiveInteger(stream.nb_frames ?? (tag === undefined ? null : Number(tag)));
  if (said === null || rate === null || endSec === null || stream.start_time === null) {
    return stream.nb_frames === null ? null : said;
  }
  return Math.abs((endSec - stream.start_time) * fractionValue(rate) - said) <= 1 ? said : null;
}

function oddTiming(stream: ProbedStream, video: VideoFacts): Finding[] {
  const declared = stream.avg_frame_rate ?? stream.r_frame_rate;
  if (declared === null || video.frameRate === null) return [];
  const off = Math.abs(fractionValue(declared) / fractionValue(video.frameRate) - 1);
  if (video.rateMode !== 'constant' || off < 0.05) return [];
  return [
    info(
      'wrong-frame-rate',
      `stream ${stream.index}`,
      `the file claims ${fractionText(declared)} pictures a second, its timestamps show ${fractionText(video.frameRate)}`,
    ),
  ];
}

function oddAngle(index: number): Finding {
  return warning(
    'odd-rotation',
    `stream ${index}`,
    'the file asks for a rotation that is no right angle; the nearest one is used',
  );
}
