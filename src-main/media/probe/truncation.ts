import type { ContainerAnswer } from './ffprobe-answer.ts';
import { microseconds } from './packet-times.ts';

export type StreamEnd = { index: number; endSec: number | null };

/** A container may claim more than it holds without being cut (an odd muxer, a subtitle without end). */
const tolerated = { withoutSignSec: 5, withoutSignShare: 0.05, withSignSec: 0.1 };

/**
 * Where the data ends before the container says it should, seconds from the container's start; null when it is whole.
 * `signs`: FFmpeg said that the file ended inside something, or that something was missing at the end.
 * `ends`: what was really read of the picture and sound streams.
 */
export function truncatedAt(container: ContainerAnswer, ends: readonly StreamEnd[], signs: boolean): number | null {
  const { startSec, declaredEndSec } = declaredSpan(container);
  const reached = ends.flatMap(({ endSec }) => (endSec === null ? [] : [endSec]));
  if (reached.length === 0) return signs ? 0 : null;
  const latest = Math.max(...reached);
  // MPEG-TS and raw streams declare nothing: their duration is where they end.
  if (declaredEndSec === null || !declaresDuration(container)) return signs ? microseconds(latest - startSec) : null;
  const missing = declaredEndSec - latest;
  const allowed = signs
    ? tolerated.withSignSec
    : Math.max(tolerated.withoutSignSec, (declaredEndSec - startSec) * tolerated.withoutSignShare);
  if (missing <= allowed) return null;
  // Only what all streams still have can be shown.
  const short = ends.filter(
    ({ index, endSec }) => endSec !== null && endSec < endDeclaredBy(container, index, declaredEndSec) - 0.1,
  );
  return microseconds(Math.min(latest, ...short.flatMap(({ endSec }) => (endSec === null ? [] : [endSec]))) - startSec);
}

/** Where the container says that it begins and ends, seconds on the source's clock; the end is null when it doesn't say. */
export function declaredSpan(container: ContainerAnswer): { startSec: number; declaredEndSec: number | null } {
  const startSec = container.format.start_time ?? 0;
  const { duration } = container.format;
  return { startSec, declaredEndSec: duration === null || duration <= 0 ? null : startSec + duration };
}

/** Whether the duration stands in the file, and is not FFmpeg's own finding. */
function declaresDuration(container: ContainerAnswer): boolean {
  return /matroska|mov|avi|asf|flv|mxf|wav|ogg/.test(container.format.format_name);
}

function endDeclaredBy(container: ContainerAnswer, index: number, otherwise: number): number {
  const stream = container.streams.find((candidate) => candidate.index === index);
  return stream?.duration == null ? otherwise : (stream.start_time ?? 0) + stream.duration;
}

/** In words: `1.9 s of 3.0 s`. What declares no length of its own (MPEG-TS) is as long as it can be decoded, and only that is said. */
export function decodablePart(atSec: number, durationSec: number | null): string {
  const part = `${atSec.toFixed(1)} s`;
  const whole = durationSec === null ? part : `${durationSec.toFixed(1)} s`;
  return whole === part ? part : `${part} of ${whole}`;
}
