import { attributeText, type MasterPlaylist, type Playlist } from '#main/media/check/m3u8/playlist-model.ts';
import { parsePlaylist } from '#main/media/check/m3u8/parse-playlist.ts';
import type {
  ObservedHls,
  ObservedIFrame,
  ObservedMedia,
  SourceDurations,
} from '#main/media/check/hls/observed-hls.ts';
import { observeIFrames } from './observe-i-frames.ts';
import { observeRendition, openable } from './observe-rendition.ts';
import type { PackageFile } from './package-files.ts';
import { readHead } from './read-bytes.ts';
import { readPackageText } from './read-text.ts';

type Files = ReadonlyMap<string, PackageFile>;

/** Side files whose text the rules read; subtitle segments come with their playlists. */
const textFiles = /^(chapters\.vtt|fonts\.json|thumbs_[^/]*\.vtt)$/;
const pictures = /\.(webp|jpe?g|png)$/i;
/** A JPEG's size may stand behind a colour profile. */
const pictureHeadBytes = 65_536;

/** Reads an HLS package: `entry` is its master playlist, or a lone media playlist, relative to the package. */
export async function observeHls(
  files: Files,
  entry: string,
  source: SourceDurations | null,
  signal?: AbortSignal,
): Promise<ObservedHls> {
  const playlist = await readPlaylist(files, entry);
  const isMaster = playlist?.kind === 'master';
  const media = new Map<string, ObservedMedia>();
  const notPlaylists = new Map<string, 'webvtt' | 'master-playlist' | 'other'>();
  const iFrames: ObservedIFrame[] = [];
  const texts = await sideTexts(files);
  for (const path of isMaster ? mediaPaths(files, entry, playlist) : [entry]) {
    signal?.throwIfAborted();
    const found = path === entry && !isMaster ? playlist : await readPlaylist(files, path);
    if (found === null || found.kind === 'master') {
      notPlaylists.set(path, found === null ? await otherKind(files, path) : 'master-playlist');
      continue;
    }
    if (found.iFramesOnly) iFrames.push(...(await observeIFrames(files, path, found)));
    // The segments of an I-frame playlist are those of a rendition that is looked at anyway.
    const segmentsOf = found.iFramesOnly ? { ...found, segments: [] } : found;
    const rendition = await observeRendition(files, path, segmentsOf);
    media.set(path, { path, playlist: found, rendition });
    if (rendition.format === 'webvtt') {
      for (const segment of found.segments) await addText(files, texts, openable(files, path, segment.uri));
    }
  }
  return {
    master: isMaster ? { path: entry, playlist } : null,
    files,
    media,
    notPlaylists,
    iFrames,
    texts,
    heads: await readHeads(files),
    source,
  };
}

/** Null where it does not look like a playlist at all. */
export async function readPlaylist(files: Files, path: string): Promise<Playlist | null> {
  const file = files.get(path);
  if (file === undefined || file.kind !== 'file') return null;
  const read = await readPackageText(file);
  if (read === null || !/^\uFEFF?\s*#EXT/.test(read.text)) return null;
  const playlist = parsePlaylist(read.text);
  if (!read.isUtf8) {
    const message = 'is not UTF-8 (RFC 8216 4.1)';
    playlist.faults.unshift({ code: 'playlist-not-utf8', severity: 'error', line: 1, message });
  }
  return playlist;
}

/** Each once; what is missing or leads elsewhere is for the rule of references. */
function mediaPaths(files: Files, entry: string, master: MasterPlaylist): string[] {
  const uris = [
    ...master.variants.map((tag) => tag.uri),
    ...master.media.map((tag) => attributeText(tag, 'URI')),
    ...master.iFrameVariants.map((tag) => tag.uri),
  ];
  return [...new Set(uris.flatMap((uri) => (uri === null ? [] : (openable(files, entry, uri)?.path ?? []))))];
}

async function otherKind(files: Files, path: string): Promise<'webvtt' | 'other'> {
  const file = files.get(path);
  const head = file === undefined ? new Uint8Array() : await readHead(file, 16);
  return /^\uFEFF?WEBVTT/.test(new TextDecoder().decode(head)) ? 'webvtt' : 'other';
}

async function sideTexts(files: Files): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const file of files.values()) {
    if (textFiles.test(file.path)) await addText(files, texts, file);
  }
  return texts;
}

async function addText(files: Files, texts: Map<string, string>, file: PackageFile | null): Promise<void> {
  if (file === null || file.kind !== 'file' || texts.has(file.path) || !files.has(file.path)) return;
  const read = await readPackageText(file);
  if (read !== null) texts.set(file.path, read.text);
}

async function readHeads(files: Files): Promise<Map<string, Uint8Array>> {
  const heads = new Map<string, Uint8Array>();
  for (const file of files.values()) {
    if (file.kind !== 'file') continue;
    const isSheet = pictures.test(file.path) && !file.path.includes('/');
    if (isSheet) heads.set(file.path, await readHead(file, pictureHeadBytes));
    else if (/^fonts\/[^/]+$/.test(file.path)) heads.set(file.path, await readHead(file, 4));
  }
  return heads;
}
