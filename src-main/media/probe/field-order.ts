import type { VideoFacts } from '#shared/model/facts.ts';
import type { ProbedFrame, ProbedStream } from './ffprobe-answer.ts';

export type FieldOrder = NonNullable<VideoFacts['fieldOrder']>;

/**
 * Measured wins, then the first decoded pictures, then the header: many broadcast streams are flagged progressive as a whole
 * and interlaced picture by picture. The order is that of display, which is the second letter of ffprobe's `tb`.
 */
export function fieldOrderOf(
  stream: ProbedStream,
  firstFrames: readonly ProbedFrame[],
  measured: FieldOrder | null,
): FieldOrder | null {
  if (measured !== null) return measured;
  const interlaced = firstFrames.filter((frame) => frame.interlaced_frame === true);
  if (interlaced.length > 0) {
    const topFirst = interlaced.filter((frame) => frame.top_field_first).length;
    return topFirst * 2 >= interlaced.length ? 'top-first' : 'bottom-first';
  }
  switch (stream.field_order) {
    case 'progressive':
      return 'progressive';
    case 'tt':
    case 'bt':
      return 'top-first';
    case 'bb':
    case 'tb':
      return 'bottom-first';
    default:
      return firstFrames.some((frame) => frame.interlaced_frame === false) ? 'progressive' : null;
  }
}
