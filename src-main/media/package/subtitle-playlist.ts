import { mediaPlaylist } from './playlist/media-playlist.ts';

export type SubtitleSegment = {
  /** Relative to the playlist. */
  path: string;
  durationSec: number;
};

/**
 * Media playlist of a SUBTITLES rendition over WebVTT segments that cover the whole film. `targetDurationSec` is the
 * title's; it is raised where a segment is longer, since a rounded EXTINF may not exceed it (RFC 8216 4.3.3.1).
 * Subtitles are one of the two kinds of playlist that may differ from the others there, as long as they are VOD
 * (6.2.4), which is what makes the one-file form lawful.
 */
export function subtitlePlaylist(subtitle: {
  segments: readonly SubtitleSegment[];
  targetDurationSec: number;
}): string {
  const segments = subtitle.segments.map(({ path, durationSec }) => ({ path, durationSec, range: null }));
  const longestSec = segments.reduce((longest, segment) => Math.max(longest, Math.round(segment.durationSec)), 0);
  return mediaPlaylist({
    targetDurationSec: Math.max(subtitle.targetDurationSec, longestSec),
    map: null,
    segments,
  });
}
