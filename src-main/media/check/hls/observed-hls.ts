import type { Finding } from '#shared/model/finding.ts';
import type { MasterPlaylist, MediaPlaylist } from '../m3u8/playlist-model.ts';
import type { ObservedRendition } from './observed-segment.ts';

/*
 * An HLS package as it lies on disk. `stages/check` reads it; the rules judge it and never touch a disk. All paths are
 * relative to the package, with slashes.
 */

export type ObservedFile = {
  path: string;
  sizeBytes: number;
  /** A link that leads out of the package, a socket, ...: never opened. */
  kind: 'file' | 'leaves-package' | 'special';
};

export type ObservedMedia = {
  path: string;
  playlist: MediaPlaylist;
  rendition: ObservedRendition;
};

/** An entry of an I-frame playlist that was looked at; they are sampled. */
export type ObservedIFrame = {
  playlistPath: string;
  /** Position in the playlist. */
  index: number;
  startsWithKeyframe: boolean | null;
};

export type ObservedHls = {
  /** Null for a lone media playlist. */
  master: { path: string; playlist: MasterPlaylist } | null;
  files: ReadonlyMap<string, ObservedFile>;
  /** By path: every media playlist that the master names and that is there. */
  media: ReadonlyMap<string, ObservedMedia>;
  /** Paths that the master names as media playlists, and that hold something else, with how they begin. */
  notPlaylists: ReadonlyMap<string, 'webvtt' | 'master-playlist' | 'other'>;
  iFrames: readonly ObservedIFrame[];
  /** WebVTT and JSON files, by path. */
  texts: ReadonlyMap<string, string>;
  /** First bytes of pictures and fonts, by path. */
  heads: ReadonlyMap<string, Uint8Array>;
  /** What is known of the film that it was made from; null when nothing was given. */
  source: SourceDurations | null;
};

/** Every length that the source may claim, seconds: of the container, of the pictures. */
export type SourceDurations = { candidatesSec: readonly number[] };

/** A rule looks at the whole package and tells what it found. */
export type HlsRule = (observed: ObservedHls) => Finding[];
