import { attributeList, quoted } from './attribute-list.ts';
import { packageUri } from './package-uri.ts';

export type ByteRange = { lengthBytes: number; offsetBytes: number };

export type PlaylistMap = {
  /** The init segment, relative to the playlist. */
  path: string;
  range: ByteRange | null;
};

export type PlaylistSegment = {
  /** Relative to the playlist. */
  path: string;
  /** From the first picture or packet of this segment to that of the next; the last one to its end. */
  durationSec: number;
  /** Null is the whole file. */
  range: ByteRange | null;
};

export type MediaPlaylistModel = {
  /** Whole seconds, the same in all playlists of the title. */
  targetDurationSec: number;
  /** Null for MPEG-TS, which carries its own tables, and for WebVTT. */
  map: PlaylistMap | null;
  segments: readonly PlaylistSegment[];
  /** Of a title that is still being made, whose segments only ever become more. Left out for a whole one. */
  growing?: { hasEnd: boolean };
};

/**
 * A media playlist of a finished title (VOD), or of one that grows (EVENT, RFC 8216 4.3.3.5). Segments of pictures and sound begin with a sync sample, which
 * EXT-X-INDEPENDENT-SEGMENTS says in the master playlist for all of them.
 */
export function mediaPlaylist(model: MediaPlaylistModel): string {
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${mediaVersion(model)}`,
    `#EXT-X-TARGETDURATION:${model.targetDurationSec}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${model.growing === undefined ? 'VOD' : 'EVENT'}`,
  ];
  // Without it a player takes a playlist that grows for a broadcast, and begins where it ends (RFC 8216 4.3.5.2, 6.3.3).
  if (model.growing !== undefined) lines.push('#EXT-X-START:TIME-OFFSET=0');
  if (model.map !== null) lines.push(mapTag(model.map));
  for (const segment of model.segments) lines.push(...segmentLines(segment));
  if (model.growing?.hasEnd !== false) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** EXT-X-MAP, RFC 8216 4.3.2.5. */
export function mapTag(map: PlaylistMap): string {
  return `#EXT-X-MAP:${attributeList([
    ['URI', quoted(packageUri(map.path))],
    map.range === null ? null : ['BYTERANGE', quoted(byteRangeText(map.range))],
  ])}`;
}

/** EXTINF, EXT-X-BYTERANGE where there is one, and the URI. */
export function segmentLines(segment: PlaylistSegment): string[] {
  return [
    // Six decimals hold an exact frame duration (1001/30000 s) to a microsecond, so a sum over hours stays true.
    `#EXTINF:${segment.durationSec.toFixed(6)},`,
    ...(segment.range === null ? [] : [`#EXT-X-BYTERANGE:${byteRangeText(segment.range)}`]),
    packageUri(segment.path),
  ];
}

/** RFC 8216 7: 6 for an EXT-X-MAP outside I-frame playlists, 4 for byte ranges, 3 for fractional durations. */
function mediaVersion(model: MediaPlaylistModel): number {
  if (model.map !== null) return 6;
  return model.segments.some((segment) => segment.range !== null) ? 4 : 3;
}

/** The offset is always given: without it a reader has to know the range before (RFC 8216 4.3.2.2). */
function byteRangeText(range: ByteRange): string {
  return `${range.lengthBytes}@${range.offsetBytes}`;
}
