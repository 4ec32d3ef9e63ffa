import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedMp4, ObservedMp4Track } from './observed-mp4.ts';

export type Mp4Rule = (observed: ObservedMp4) => Finding[];

/** The boxes lie as they should, and to the end of the file: ISO/IEC 14496-12 4.2. */
function boxesWhole(observed: ObservedMp4): Finding[] {
  const { boxTypes, fault, fileName } = observed;
  const findings: Finding[] = [];
  if (fault !== null) findings.push(error('mp4-damaged', fileName, fault));
  if (!boxTypes.includes('moov'))
    findings.push(error('mp4-no-movie', fileName, 'there is no moov box: the file was never finished'));
  return findings;
}

/** `moov` before `mdat`: playback over a network starts at once. */
function startsFast({ boxTypes, fileName }: ObservedMp4): Finding[] {
  const moov = boxTypes.indexOf('moov');
  const mdat = boxTypes.indexOf('mdat');
  if (moov < 0 || mdat < 0 || moov < mdat) return [];
  return [warning('mp4-movie-last', fileName, 'moov comes after mdat: players must fetch the end of the file first')];
}

/** `ftyp` comes first and names a brand that players know: ISO/IEC 14496-12 4.3. */
function brandsKnown({ brands, boxTypes, fileName }: ObservedMp4): Finding[] {
  if (boxTypes[0] !== 'ftyp') {
    return [warning('mp4-brands-missing', fileName, 'the file does not begin with ftyp')];
  }
  // Unreadable brands of an unreadable file are told with it.
  if (brands === null) return [];
  const all = [brands.major, ...brands.compatible];
  if (all.some((brand) => /^(iso\w|mp4\d|avc1|M4V |M4A |dash|cmf\w|qt {2}|MSNV)$/.test(brand))) return [];
  return [warning('mp4-brands-unknown', fileName, `brands ${all.join(', ')} are none that players look for`)];
}

/** Every sample lies in the file, and every track's tables can be read. */
function samplesThere(observed: ObservedMp4): Finding[] {
  return observed.tracks.flatMap((track) => {
    const name = trackName(track);
    if (track.fault !== null) return [error('mp4-damaged', observed.fileName, `${name}: ${track.fault}`)];
    if (track.lastByte > observed.sizeBytes) {
      const message = `${name}: samples lie up to byte ${track.lastByte}, the file has ${observed.sizeBytes}`;
      return [error('mp4-sample-beyond-file', observed.fileName, message)];
    }
    return [];
  });
}

/** HEVC as `hvc1`: QuickTime and Safari refuse `hev1`. */
function hevcEntry(observed: ObservedMp4): Finding[] {
  return observed.tracks
    .filter((track) => track.stream.entryType === 'hev1')
    .map((track) =>
      warning(
        'hev1-sample-entry',
        observed.fileName,
        `${trackName(track)}: hev1 does not play on Apple devices; hvc1 does`,
      ),
    );
}

/** One sound track is switched on, or some players mix two languages and others are silent. */
function oneSound(observed: ObservedMp4): Finding[] {
  const sound = observed.tracks.filter((track) => track.stream.kind === 'audio');
  const enabled = sound.filter((track) => track.enabled).length;
  if (sound.length === 0 || enabled === 1) return [];
  const message = `${enabled} of ${sound.length} sound tracks are enabled; it should be one`;
  return [warning('mp4-enabled-audio', observed.fileName, message)];
}

/** No subtitle is shown that nobody asked for. */
function subtitlesOff(observed: ObservedMp4): Finding[] {
  if (observed.subtitleWanted === true) return [];
  return observed.tracks
    .filter((track) => ['sbtl', 'subt', 'text', 'clcp'].includes(track.handler) && track.enabled && !isChapters(track))
    .map((track) =>
      warning('mp4-enabled-subtitle', observed.fileName, `${trackName(track)}: a subtitle that is shown unasked`),
    );
}

/** QuickTime chapters are a `text` track that is never enabled by those who write it; some do. */
function isChapters(track: ObservedMp4Track): boolean {
  return track.handler === 'text' && track.language === null && track.samples < 200;
}

/** Pictures and sound last the same time. */
function tracksEndTogether(observed: ObservedMp4): Finding[] {
  if (observed.isFragmented) return [];
  const video = observed.tracks.find((track) => track.stream.kind === 'video' && track.enabled);
  const videoEnd = video?.endSec ?? null;
  if (videoEnd === null) return [];
  return observed.tracks
    .filter(
      (track) => track.stream.kind === 'audio' && track.endSec !== null && Math.abs(track.endSec - videoEnd) > 0.5,
    )
    .map((track) => {
      const message = `${trackName(track)} ends at ${track.endSec?.toFixed(3)} s, the pictures at ${videoEnd.toFixed(3)} s`;
      return warning('duration-differs', observed.fileName, message);
    });
}

/** Nothing of the source is lost, nothing added. */
function lastsAsSource(observed: ObservedMp4): Finding[] {
  const ends = observed.tracks.filter((track) => track.stream.kind === 'video').flatMap((track) => track.endSec ?? []);
  const candidates = observed.source?.candidatesSec ?? [];
  if (observed.isFragmented || ends.length === 0 || candidates.length === 0) return [];
  const film = Math.max(...ends);
  if (candidates.some((sec) => Math.abs(sec - film) <= 0.5)) return [];
  const claims = candidates.map((sec) => sec.toFixed(3)).join(' or ');
  const message = `the film lasts ${film.toFixed(3)} s, the source ${claims} s`;
  return [error('source-duration-differs', observed.fileName, message)];
}

/** Sound and picture begin within 40 ms of each other. */
function soundStartsWithPicture(observed: ObservedMp4): Finding[] {
  const start = observed.tracks.find((track) => track.stream.kind === 'video')?.startSec ?? null;
  if (observed.isFragmented || start === null) return [];
  return observed.tracks
    .filter(
      (track) => track.stream.kind === 'audio' && track.startSec !== null && Math.abs(track.startSec - start) > 0.04,
    )
    .map((track) => {
      const off = Math.round(((track.startSec ?? 0) - start) * 1000);
      return error('start-offset', observed.fileName, `${trackName(track)} begins ${off} ms after the pictures`);
    });
}

/** An edit list that cuts the middle is obeyed by few players. */
function editsSimple(observed: ObservedMp4): Finding[] {
  return observed.tracks
    .filter((track) => track.edits === 'complex')
    .map((track) =>
      warning('mp4-edit-list', observed.fileName, `${trackName(track)}: an edit list with more than a delay`),
    );
}

/** The first picture can be decoded. */
function startsWithKeyframe(observed: ObservedMp4): Finding[] {
  return observed.tracks
    .filter((track) => track.stream.kind === 'video' && track.startsWithKeyframe === false)
    .map((track) =>
      error('segment-without-keyframe', observed.fileName, `${trackName(track)}: the first picture is no keyframe`),
    );
}

/** Chapters lie in the film. */
function chaptersInside(observed: ObservedMp4): Finding[] {
  const film = Math.max(0, ...observed.tracks.flatMap((track) => track.endSec ?? []));
  const beyond = observed.chapters.filter((chapter) => chapter.startSec >= film);
  if (film === 0 || beyond.length === 0) return [];
  const message = `${beyond.length} chapters begin after the end of the film at ${film.toFixed(3)} s`;
  return [error('chapter-beyond-end', observed.fileName, message)];
}

function trackName(track: ObservedMp4Track): string {
  return `track ${track.id} (${track.stream.entryType ?? track.handler})`;
}

export const mp4Rules: readonly Mp4Rule[] = [
  boxesWhole,
  startsFast,
  brandsKnown,
  samplesThere,
  hevcEntry,
  oneSound,
  subtitlesOff,
  startsWithKeyframe,
  tracksEndTogether,
  lastsAsSource,
  soundStartsWithPicture,
  editsSimple,
  chaptersInside,
];

/** All that is wrong with an observed MP4. */
export function checkMp4(observed: ObservedMp4): Finding[] {
  return mp4Rules.flatMap((rule) => rule(observed));
}
