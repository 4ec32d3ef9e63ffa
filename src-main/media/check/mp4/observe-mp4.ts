import { bodyOf, boxesIn } from '../../bitstream/mp4-boxes.ts';
import { ByteReader } from '../../bitstream/byte-reader.ts';
import { parseMovie } from '../../bitstream/mp4-movie.ts';
import { samplesOf } from '../../bitstream/mp4-sample-table.ts';
import type { Mp4Movie, Mp4Samples, Mp4Track } from '../../bitstream/mp4-track.ts';
import { attempt } from '../../bitstream/parsed.ts';
import { mp4Stream } from '../stream/mp4-stream.ts';
import type { ObservedMp4, ObservedMp4Track } from './observed-mp4.ts';

export type Mp4Parts = {
  fileName: string;
  sizeBytes: number;
  boxTypes: string[];
  fault: string | null;
  /** The `ftyp` and `moov` boxes one after the other, as far as the walk found them. */
  header: Uint8Array;
};

/** Reads what the boxes of an MP4 say about it. */
export function observeMp4(parts: Mp4Parts, wishes: Pick<ObservedMp4, 'source' | 'subtitleWanted'>): ObservedMp4 {
  const { header, ...about } = parts;
  const movie = parts.boxTypes.includes('moov') ? parseMovie(header) : null;
  const value = movie?.ok ? movie.value : null;
  return {
    ...about,
    fault: parts.fault ?? (movie !== null && !movie.ok ? movie.fault.detail : null),
    brands: value?.brands ?? null,
    isFragmented: parts.boxTypes.includes('moof'),
    tracks: value === null ? [] : value.tracks.map((track) => observeTrack(value, track)),
    chapters: value === null ? [] : neroChapters(header),
    ...wishes,
  };
}

function observeTrack(movie: Mp4Movie, track: Mp4Track): ObservedMp4Track {
  const samples = samplesOf(track);
  const times = samples.ok && samples.value.count > 0 ? shownTimes(movie, track, samples.value) : null;
  return {
    id: track.id,
    handler: track.handler,
    stream: mp4Stream(track),
    enabled: track.enabled,
    language: track.extendedLanguage ?? track.language,
    startSec: times?.startSec ?? null,
    endSec: times?.endSec ?? null,
    samples: samples.ok ? samples.value.count : 0,
    startsWithKeyframe: samples.ok && samples.value.count > 0 ? samples.value.sync[0] === 1 : null,
    lastByte: samples.ok ? lastByte(samples.value) : 0,
    edits: editKind(track),
    fault: samples.ok ? null : samples.fault.detail,
  };
}

/** ISO/IEC 14496-12 8.6.6: an empty edit delays, the media time of the first real one cuts what comes before it. */
function shownTimes(movie: Mp4Movie, track: Mp4Track, samples: Mp4Samples): { startSec: number; endSec: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < samples.count; i += 1) {
    const at = (samples.dts[i] ?? 0) + (samples.ctsOffset[i] ?? 0);
    first = Math.min(first, at);
    last = Math.max(last, at + (samples.durationTicks[i] ?? 0));
  }
  const delaySec = track.edits
    .filter((edit) => edit.mediaTime === null)
    .reduce((sum, edit) => sum + edit.durationTicks / movie.timescale, 0);
  const real = track.edits.find((edit) => edit.mediaTime !== null);
  const cut = real?.mediaTime ?? 0;
  const shownFrom = Math.max(first, cut);
  const untilTicks =
    real === undefined || real.durationTicks === 0 ? null : (real.durationTicks / movie.timescale) * track.timescale;
  const shownTo = untilTicks === null ? last : Math.min(last, cut + untilTicks);
  return {
    startSec: delaySec + (shownFrom - cut) / track.timescale,
    endSec: delaySec + (shownTo - cut) / track.timescale,
  };
}

/** Simple: a delay and one real edit at normal speed. Anything else is a cut or a slow motion that few players obey. */
function editKind(track: Mp4Track): ObservedMp4Track['edits'] {
  const real = track.edits.filter((edit) => edit.mediaTime !== null);
  if (track.edits.length === 0) return 'none';
  const first = track.edits.findIndex((edit) => edit.mediaTime !== null);
  const delaysOnlyBefore = track.edits.every((edit, i) => edit.mediaTime !== null || first < 0 || i < first);
  return real.length <= 1 && delaysOnlyBefore && real.every((edit) => edit.rate === 1) ? 'simple' : 'complex';
}

function lastByte(samples: Mp4Samples): number {
  let last = 0;
  for (let i = 0; i < samples.count; i += 1)
    last = Math.max(last, (samples.offset[i] ?? 0) + (samples.sizeBytes[i] ?? 0));
  return last;
}

/** `moov/udta/chpl`: a version, four bytes, a count, then 100 ns times with titles. Damage means no chapters. */
function neroChapters(header: Uint8Array): { startSec: number; title: string }[] {
  const inside = (bytes: Uint8Array, type: string): Uint8Array | null => {
    const found = boxesIn(bytes).boxes.find((candidate) => candidate.type === type);
    return found === undefined ? null : bodyOf(bytes, found);
  };
  const udta = inside(inside(header, 'moov') ?? new Uint8Array(), 'udta');
  const chpl = udta === null ? null : inside(udta, 'chpl');
  if (chpl === null) return [];
  const parsed = attempt(() => {
    const reader = new ByteReader(chpl);
    const version = reader.u8();
    reader.skip(version === 1 ? 7 : 3);
    const count = reader.u8();
    return Array.from({ length: count }, () => {
      const startSec = reader.u64() / 10_000_000;
      return { startSec, title: new TextDecoder().decode(reader.take(reader.u8())) };
    });
  });
  return parsed.ok ? parsed.value : [];
}
