import type { FindingCode } from '#shared/model/finding.ts';

/*
 * A playlist as it stands in the file. The parser is tolerant: what it can't read is null and told as a fault, so that
 * one fault hides no other.
 */

export type PlaylistFault = {
  code: FindingCode;
  severity: 'error' | 'warning' | 'info';
  /** From 1. */
  line: number;
  message: string;
};

export type AttributeValue = { text: string; isQuoted: boolean };
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** A tag with an attribute list. */
export type TagLine = { line: number; attributes: Attributes };

/** EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF. */
export type VariantTag = TagLine & { uri: string | null };

export type ParsedByteRange = { lengthBytes: number; offsetBytes: number };

export type ParsedMap = { line: number; uri: string; range: ParsedByteRange | null };

export type ParsedSegment = {
  /** Of its URI. */
  line: number;
  uri: string;
  /** Null where EXTINF is missing or no number. */
  durationSec: number | null;
  range: ParsedByteRange | null;
  map: ParsedMap | null;
  /** EXT-X-DISCONTINUITY stands before it. */
  discontinuity: boolean;
  /** EXT-X-KEY with a method other than NONE applies: nothing can be said about its content. */
  encrypted: boolean;
  /** EXT-X-GAP: the file need not exist. */
  gap: boolean;
};

export type MasterPlaylist = {
  kind: 'master';
  version: number | null;
  independentSegments: boolean;
  media: TagLine[];
  variants: VariantTag[];
  iFrameVariants: VariantTag[];
  faults: PlaylistFault[];
};

export type MediaPlaylist = {
  kind: 'media';
  version: number | null;
  independentSegments: boolean;
  targetDurationSec: number | null;
  playlistType: string | null;
  iFramesOnly: boolean;
  ended: boolean;
  segments: ParsedSegment[];
  faults: PlaylistFault[];
};

export type Playlist = MasterPlaylist | MediaPlaylist;

/** The text of an attribute; null where it is not there. */
export function attributeText(tag: TagLine, name: string): string | null {
  return tag.attributes.get(name)?.text ?? null;
}

/** An attribute that is a number; null where it is missing or no number (which the parser has told). */
export function attributeNumber(tag: TagLine, name: string): number | null {
  const text = attributeText(tag, name);
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
