import type { IFrame } from '#main/media/package/playlist/i-frame-playlist.ts';
import type { MadeSegment } from './package-draft.ts';

/** A segmented stream on disk; paths are relative to the rendition's folder. */
export type MadeStream = {
  id: string;
  kind: 'video' | 'audio';
  codec: string | null;
  frames: number | null;
  /** Null in MPEG-TS. */
  init: string | null;
  segments: MadeSegment[];
  /** Pictures to start at; empty for sound. */
  iFrames: IFrame[];
};

export type MadeStreams = {
  streams: MadeStream[];
  /** Presentation time of the first picture as stored, 90 kHz: what cue time zero is (X-TIMESTAMP-MAP). */
  firstPts90k: number;
};
