import { type ByteRange, mapTag, type PlaylistMap, segmentLines } from './media-playlist.ts';

export type IFrame = {
  /** The segment that holds it, relative to the playlist. */
  path: string;
  /** In TS from the picture's first packet to the end of its last one; in fMP4 from its `moof` to the end of its sample. */
  range: ByteRange;
  /** Until the next I-frame of the list; the last one until the end of the title. */
  durationSec: number;
};

export type IFramePlaylistModel = {
  /** Whole seconds, the same in all playlists of the title. */
  targetDurationSec: number;
  /** Null for MPEG-TS whose segments begin with PAT and PMT: RFC 8216 4.3.3.6 lets a player look for them there. */
  map: PlaylistMap | null;
  frames: readonly IFrame[];
};

/** An I-frame playlist (EXT-X-I-FRAMES-ONLY, RFC 8216 4.3.3.6): trick play and scrubbing load single pictures. */
export function iFramePlaylist(model: IFramePlaylistModel): string {
  const lines = [
    '#EXTM3U',
    // RFC 8216 7: I-FRAMES-ONLY and byte ranges need 4, an EXT-X-MAP beside them 5.
    `#EXT-X-VERSION:${model.map === null ? 4 : 5}`,
    `#EXT-X-TARGETDURATION:${model.targetDurationSec}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-I-FRAMES-ONLY',
  ];
  if (model.map !== null) lines.push(mapTag(model.map));
  for (const frame of model.frames) lines.push(...segmentLines(frame));
  lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}
