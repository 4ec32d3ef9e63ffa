import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import type { Mp4Movie } from '#main/media/bitstream/mp4-track.ts';
import { observeFmp4 } from '#main/media/check/hls/observe-fmp4.ts';
import { observePackedAudio } from '#main/media/check/hls/observe-packed-audio.ts';
import { observeTs } from '#main/media/check/hls/observe-ts.ts';
import type { ObservedFormat, ObservedRendition, SegmentObservation } from '#main/media/check/hls/observed-segment.ts';
import type { MediaPlaylist, ParsedMap, ParsedSegment } from '#main/media/check/m3u8/playlist-model.ts';
import { resolveUri } from '#main/media/check/package-path.ts';
import { mp4Stream } from '#main/media/check/stream/mp4-stream.ts';
import type { ObservedStream } from '#main/media/check/stream/observed-stream.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import type { PackageFile } from './package-files.ts';
import { type OpenRange, readHead, withRange } from './read-bytes.ts';
import { readFragments } from './read-fragments.ts';

const concurrency = 8;
/** Holds PAT, PMT and the start of the first picture. */
const tsHeadBytes = 32_768;
/** A first or last segment above this is looked at by its head: a ten-second segment of 50 Mbit/s fits. */
const largestWholeBytes = 64 * 2 ** 20;
/** An init segment has a few thousand bytes. */
const largestInitBytes = 16 * 2 ** 20;

type Files = ReadonlyMap<string, PackageFile>;

const nothing: ObservedRendition = {
  format: 'unknown',
  streams: [],
  segments: [],
  edits: { hasEmptyEdit: false, skipsMedia: false },
};

/** Looks into the segments of a media playlist: the first and the last wholly, of all others the head. */
export async function observeRendition(
  files: Files,
  playlistPath: string,
  playlist: MediaPlaylist,
): Promise<ObservedRendition> {
  const segments = playlist.segments.map((segment) => ({ segment, file: fileOf(files, playlistPath, segment) }));
  const first = segments.find((entry) => entry.file !== null);
  if (first === undefined || first.file === null) return { ...nothing, segments: segments.map(() => null) };
  const format = await formatOf(first.file, first.segment);
  if (format === 'webvtt' || format === 'unknown') {
    const read = format === 'unknown' ? { ...unreadable('unknown format') } : null;
    return { ...nothing, format, segments: segments.map(({ file }) => (file === null ? null : read)) };
  }
  const inits = format === 'fmp4' ? await readInits(files, playlistPath, playlist) : new Map<string, Mp4Movie>();
  const looks = await inParallel(segments, concurrency, async ({ segment, file }, i): Promise<Look | null> => {
    if (file === null) return null;
    const wholly = i === 0 || i === segments.length - 1;
    const init = segment.map === null ? null : (inits.get(mapKey(segment.map)) ?? null);
    return withRange(file, segment.range, (opened) => lookInto(opened, format, init, wholly));
  });
  const init = inits.values().next().value;
  return {
    format,
    streams:
      looks.find((look) => look !== null && look.streams.length > 0)?.streams ?? init?.tracks.map(mp4Stream) ?? [],
    segments: looks.map((look) => look?.observation ?? null),
    edits: editsOf(init),
  };
}

/** Null for what is missing, must not be opened or says nothing: encrypted segments and gaps. */
function fileOf(files: Files, playlistPath: string, segment: ParsedSegment): PackageFile | null {
  if (segment.encrypted || segment.gap) return null;
  return openable(files, playlistPath, segment.uri);
}

/** The file behind a URI; null where it is missing, empty or must not be opened. */
export function openable(files: Files, fromFile: string, uri: string): PackageFile | null {
  const resolved = resolveUri(fromFile, uri);
  const file = resolved.ok ? files.get(resolved.path) : undefined;
  return file === undefined || file.kind !== 'file' || file.sizeBytes === 0 ? null : file;
}

async function formatOf(file: PackageFile, segment: ParsedSegment): Promise<ObservedFormat> {
  const head = await withRange(file, segment.range, (opened) => opened.read(0, 4 * 188));
  const text = new TextDecoder('latin1').decode(head.subarray(0, 16));
  if (/^(\u00ef\u00bb\u00bf)?WEBVTT/.test(text)) return 'webvtt';
  if (['styp', 'moof', 'sidx', 'ftyp', 'emsg', 'prft', 'moov', 'mdat'].includes(text.slice(4, 8))) return 'fmp4';
  if (head[0] === 0x47 && (head.length <= 188 || head[188] === 0x47)) return 'mpegts';
  if (text.startsWith('ID3') || head[0] === 0xff || (head[0] === 0x0b && head[1] === 0x77)) return 'packed-audio';
  return 'unknown';
}

type Look = { observation: SegmentObservation; streams: ObservedStream[] };

async function lookInto(
  opened: OpenRange,
  format: 'mpegts' | 'fmp4' | 'packed-audio',
  init: Mp4Movie | null,
  wholly: boolean,
): Promise<Look> {
  if (format === 'fmp4') {
    if (init === null) return { observation: unreadable('its init segment is missing or damaged'), streams: [] };
    const { fragments, fault } = await readFragments(opened);
    const observation = observeFmp4(fragments, init);
    return { observation: { ...observation, fault: fault ?? observation.fault }, streams: [] };
  }
  if (format === 'mpegts') {
    const isWhole = wholly && opened.sizeBytes <= largestWholeBytes;
    const bytes = await opened.read(0, isWhole ? opened.sizeBytes : Math.min(tsHeadBytes, opened.sizeBytes));
    return observeTs(bytes, isWhole || bytes.length === opened.sizeBytes);
  }
  const bytes = await opened.read(0, tsHeadBytes);
  return observePackedAudio(bytes) ?? { observation: unreadable('neither AAC nor AC-3 frames'), streams: [] };
}

function unreadable(fault: string): SegmentObservation {
  return { streams: [], fault, continuityFaults: 0, tablesFirst: true };
}

function mapKey(map: ParsedMap): string {
  return `${map.uri} ${map.range?.offsetBytes ?? 0}`;
}

/** Every init segment of a playlist that can be read; nearly always one. */
export async function readInits(
  files: Files,
  playlistPath: string,
  playlist: MediaPlaylist,
): Promise<Map<string, Mp4Movie>> {
  const inits = new Map<string, Mp4Movie>();
  for (const { map } of playlist.segments) {
    if (map === null || inits.has(mapKey(map))) continue;
    const file = openable(files, playlistPath, map.uri);
    if (file === null) continue;
    const bytes = await withRange(file, map.range, (opened) => opened.read(0, largestInitBytes));
    const movie = parseMovie(bytes);
    if (movie.ok) inits.set(mapKey(map), movie.value);
  }
  return inits;
}

/** The init segment that a segment names. */
export function initOf(inits: ReadonlyMap<string, Mp4Movie>, segment: ParsedSegment): Mp4Movie | null {
  return segment.map === null ? null : (inits.get(mapKey(segment.map)) ?? null);
}

function editsOf(init: Mp4Movie | undefined): ObservedRendition['edits'] {
  const edits = (init?.tracks ?? []).flatMap((track) => track.edits);
  return {
    hasEmptyEdit: edits.some((edit) => edit.mediaTime === null && edit.durationTicks > 0),
    skipsMedia: edits.some((edit) => edit.mediaTime !== null && edit.mediaTime > 0),
  };
}

/** The head of a transport stream with its tables, up to the first picture; null where it has none. */
export async function tsTables(file: PackageFile): Promise<Uint8Array | null> {
  const head = await readHead(file, tsHeadBytes);
  for (let at = 0; at + 188 <= head.length; at += 188) {
    const pid = (((head[at + 1] ?? 0) & 0x1f) << 8) | (head[at + 2] ?? 0);
    // PES packets are the first ones with a start code behind a payload unit start: tables have none.
    const payload = at + 4 + (((head[at + 3] ?? 0) & 0x20) === 0 ? 0 : 1 + (head[at + 4] ?? 0));
    const startsPes = head[payload] === 0 && head[payload + 1] === 0 && head[payload + 2] === 1;
    if (pid !== 0 && ((head[at + 1] ?? 0) & 0x40) !== 0 && startsPes) return head.subarray(0, at);
  }
  return null;
}
