import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import { mainPlaylists } from './package-view.ts';

/** Every segment that was opened can be read as what it is. */
export function segmentsReadable(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    if (media.playlist.segments.every((segment) => segment.encrypted)) return [];
    if (media.rendition.format === 'unknown' && media.rendition.segments.some((segment) => segment !== null)) {
      return [
        error('segment-format-unknown', media.path, 'the segments are neither MPEG-TS nor fMP4 nor packed audio'),
      ];
    }
    const faults = media.rendition.segments.flatMap((segment, i) =>
      segment?.fault == null ? [] : [`${media.playlist.segments[i]?.uri ?? i}: ${segment.fault}`],
    );
    return faults.length === 0 ? [] : [error('segment-damaged', media.path, summary(faults))];
  });
}

/** MPEG-TS: PAT and PMT before the first picture (RFC 8216 3.2), no packet lost. */
export function transportStreamsClean(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const named = (test: (index: number) => boolean): string[] =>
      media.playlist.segments.flatMap((segment, i) => (test(i) ? [segment.uri] : []));
    const broken = named((i) => (media.rendition.segments[i]?.continuityFaults ?? 0) > 0);
    const late = named((i) => media.rendition.segments[i]?.tablesFirst === false);
    return [
      ...(broken.length === 0 ? [] : [error('ts-packets-lost', media.path, summary(broken))]),
      ...(late.length === 0 ? [] : [warning('ts-tables-late', media.path, summary(late))]),
    ];
  });
}

/** fMP4: an EXT-X-MAP for every segment (RFC 8216 3.3), none for a transport stream needed. */
export function initSegments(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const bare = media.playlist.segments.filter((segment) => segment.map === null).map((segment) => segment.uri);
    if (media.rendition.format !== 'fmp4' || bare.length === 0) return [];
    return [error('map-missing', media.path, `fMP4 segments without EXT-X-MAP: ${summary(bare)}`)];
  });
}

/** HEVC only in fMP4 and as `hvc1`: Apple's HLS Authoring Specification. */
export function hevcPackaging(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const hevc = media.rendition.streams.find((stream) => /^(hvc1|hev1)/.test(stream.codec ?? ''));
    if (hevc === undefined) return [];
    if (media.rendition.format === 'mpegts') {
      return [warning('hevc-in-transport-stream', media.path, 'HEVC in MPEG-TS does not play on Apple devices')];
    }
    if (hevc.entryType !== 'hev1') return [];
    return [warning('hev1-sample-entry', media.path, 'HEVC as hev1 does not play on Apple devices; hvc1 does')];
  });
}

/** Safari obeys the edit list of an init segment, hls.js and Shaka don't: the same file is in sync in one only. */
export function initEditLists(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const { hasEmptyEdit, skipsMedia } = media.rendition.edits;
    if (hasEmptyEdit) {
      const message =
        'the init segment begins with an empty edit, which players in browsers ignore: sound and picture shift';
      return [error('init-empty-edit', media.path, message)];
    }
    if (!skipsMedia) return [];
    const message = 'the init segment has an edit list that skips media, which players in browsers ignore';
    return [warning('init-edit-list', media.path, message)];
  });
}

/** The streams of a rendition stay what they are from the first segment to the last. */
export function streamsConstant(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const kinds = (i: number): string | null => streamKinds(media, i);
    const first = kinds(0);
    const last = kinds(media.playlist.segments.length - 1);
    if (first === null || last === null || first === last) return [];
    return [error('streams-change', media.path, `the first segment has ${first}, the last ${last}`)];
  });
}

function streamKinds(media: ObservedMedia, index: number): string | null {
  const segment = media.rendition.segments[index];
  if (segment == null || segment.fault !== null) return null;
  const kinds = segment.streams.filter((stream) => stream.kind !== 'other' && stream.startSec !== null);
  return kinds.length === 0
    ? null
    : kinds
        .map((stream) => stream.kind)
        .sort()
        .join(' and ');
}

function summary(items: readonly string[]): string {
  const [first = ''] = items;
  return items.length === 1 ? first : `${first} (and ${items.length - 1} more)`;
}
