import {
  type AttributeSpecs,
  iFrameStreamInfAttributes,
  keyAttributes,
  mapAttributes,
  mediaAttributes,
  sessionDataAttributes,
  startAttributes,
  streamInfAttributes,
} from './attribute-types.ts';

export type TagSpec = {
  /** Kind of playlist that it may stand in; a playlist with tags of both kinds must not be parsed (RFC 8216 4.1). */
  in: 'master' | 'media' | 'both';
  /** At most once in a playlist. */
  once?: true;
  value: 'none' | 'integer' | 'text' | 'attributes';
  attributes?: AttributeSpecs;
};

/** The tags of RFC 8216 4.3 and of its successor. Others are ignored by players, and told as information. */
export const tagTable: Readonly<Record<string, TagSpec>> = {
  EXTM3U: { in: 'both', once: true, value: 'none' },
  'EXT-X-VERSION': { in: 'both', once: true, value: 'integer' },
  'EXT-X-INDEPENDENT-SEGMENTS': { in: 'both', once: true, value: 'none' },
  'EXT-X-START': { in: 'both', once: true, value: 'attributes', attributes: startAttributes },
  'EXT-X-DEFINE': { in: 'both', value: 'attributes' },

  'EXT-X-MEDIA': { in: 'master', value: 'attributes', attributes: mediaAttributes },
  'EXT-X-STREAM-INF': { in: 'master', value: 'attributes', attributes: streamInfAttributes },
  'EXT-X-I-FRAME-STREAM-INF': { in: 'master', value: 'attributes', attributes: iFrameStreamInfAttributes },
  'EXT-X-SESSION-DATA': { in: 'master', value: 'attributes', attributes: sessionDataAttributes },
  'EXT-X-SESSION-KEY': { in: 'master', value: 'attributes', attributes: keyAttributes },
  'EXT-X-CONTENT-STEERING': { in: 'master', once: true, value: 'attributes' },

  'EXT-X-TARGETDURATION': { in: 'media', once: true, value: 'integer' },
  'EXT-X-MEDIA-SEQUENCE': { in: 'media', once: true, value: 'integer' },
  'EXT-X-DISCONTINUITY-SEQUENCE': { in: 'media', once: true, value: 'integer' },
  'EXT-X-ENDLIST': { in: 'media', once: true, value: 'none' },
  'EXT-X-PLAYLIST-TYPE': { in: 'media', once: true, value: 'text' },
  'EXT-X-I-FRAMES-ONLY': { in: 'media', once: true, value: 'none' },
  // Gone since version 7; common in old packages.
  'EXT-X-ALLOW-CACHE': { in: 'both', once: true, value: 'text' },
  EXTINF: { in: 'media', value: 'text' },
  'EXT-X-BYTERANGE': { in: 'media', value: 'text' },
  'EXT-X-DISCONTINUITY': { in: 'media', value: 'none' },
  'EXT-X-KEY': { in: 'media', value: 'attributes', attributes: keyAttributes },
  'EXT-X-MAP': { in: 'media', value: 'attributes', attributes: mapAttributes },
  'EXT-X-PROGRAM-DATE-TIME': { in: 'media', value: 'text' },
  'EXT-X-DATERANGE': { in: 'media', value: 'attributes' },
  'EXT-X-GAP': { in: 'media', value: 'none' },
  'EXT-X-BITRATE': { in: 'media', value: 'integer' },
  'EXT-X-PART-INF': { in: 'media', once: true, value: 'attributes' },
  'EXT-X-SERVER-CONTROL': { in: 'media', once: true, value: 'attributes' },
  'EXT-X-PART': { in: 'media', value: 'attributes' },
  'EXT-X-PRELOAD-HINT': { in: 'media', value: 'attributes' },
  'EXT-X-RENDITION-REPORT': { in: 'media', value: 'attributes' },
  'EXT-X-SKIP': { in: 'media', once: true, value: 'attributes' },
};
