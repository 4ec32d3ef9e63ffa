export type SegmentSize = { sizeBytes: number; durationSec: number };

export type MeasuredBitrate = {
  /** Peak segment bit rate, RFC 8216 4.1, bits a second, rounded up. */
  peakBps: number;
  /** All bits over all time, rounded up. */
  averageBps: number;
};

/**
 * Bit rates of a rendition as it was made. The peak is the largest bit rate of any run of neighbouring segments that
 * lasts between 0.5 and 1.5 target durations: a short last segment does not count alone, two short neighbours count
 * together. Where no run is long enough (a clip shorter than half a target duration) the average is the peak.
 * RangeError where there is no segment or no time.
 */
export function measuredBitrate(segments: readonly SegmentSize[], targetDurationSec: number): MeasuredBitrate {
  const totalSec = segments.reduce((sum, segment) => sum + segment.durationSec, 0);
  if (!(totalSec > 0)) throw new RangeError('a bit rate needs at least one segment with a duration');
  const totalBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  const averageBps = Math.ceil((totalBytes * 8) / totalSec);

  let peakBps: number | null = null;
  for (let first = 0; first < segments.length; first += 1) {
    let bytes = 0;
    let sec = 0;
    for (let next = first; next < segments.length; next += 1) {
      const segment = segments[next];
      if (segment === undefined) break;
      bytes += segment.sizeBytes;
      sec += segment.durationSec;
      if (sec > 1.5 * targetDurationSec + roundingSec) break;
      if (sec >= 0.5 * targetDurationSec - roundingSec) {
        peakBps = Math.max(peakBps ?? 0, Math.ceil((bytes * 8) / sec));
      }
    }
  }
  return { peakBps: peakBps ?? averageBps, averageBps };
}

/** EXTINF values carry six decimals: a sum of a few may miss a bound by that much. */
const roundingSec = 1e-5;
