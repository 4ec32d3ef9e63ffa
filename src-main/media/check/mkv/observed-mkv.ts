import type { SourceDurations } from '../hls/observed-hls.ts';

/** A Matroska or WebM file by its headers (RFC 9559); no frame was read. */
export type ObservedMkv = {
  fileName: string;
  sizeBytes: number;
  /** `matroska` or `webm`; null where the EBML header does not say. */
  docType: string | null;
  /** What ended the walk before the end of the file; null when all is well. */
  fault: string | null;
  durationSec: number | null;
  tracks: ObservedMkvTrack[];
  /** Numbers of the tracks that Cues point into; null where there are no Cues. */
  cueTracks: ReadonlySet<number> | null;
  chapters: { startSec: number; title: string | null }[];
  attachments: { fileName: string; mimeType: string; head: Uint8Array }[];
  /** Timestamp of the last cluster; null where no cluster was seen. */
  lastClusterSec: number | null;
  clusters: number;
  source: SourceDurations | null;
};

export type ObservedMkvTrack = {
  number: number;
  kind: 'video' | 'audio' | 'subtitle' | 'other';
  /** `V_MPEGH/ISO/HEVC`, `S_TEXT/ASS`, ... */
  codecId: string;
  /** BCP 47 where the file has it, else its ISO 639-2 code; the specification's default is `eng`. */
  language: string;
  name: string | null;
  isDefault: boolean;
  isForced: boolean;
};
