/**
 * EXT-X-TARGETDURATION, whole seconds. RFC 8216 4.3.3.1: no EXTINF rounded to the nearest second may exceed it. All
 * playlists of a title share one value, so give it the segments of every rendition. RangeError when there are none.
 */
export function targetDurationSec(segmentDurationsSec: readonly number[]): number {
  if (segmentDurationsSec.length === 0) throw new RangeError('a target duration needs at least one segment');
  return segmentDurationsSec.reduce((longest, sec) => Math.max(longest, Math.round(sec)), 1);
}
