import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import type { SegmentStream } from './observed-segment.ts';
import { leadingStream, mainPlaylists, playlistsOf } from './package-view.ts';

/** More than this between a playlist and its media is a jump; less is a playlist that rounds. */
const jumpSec = 0.25;

/** Half a frame where the rate is not known: of 24 frames a second, about that of AAC at 44.1 kHz too. */
const halfFrameSec = 0.021;

/** PTS of MPEG-TS wrap after 26.5 hours. */
const wrapSec = 2 ** 33 / 90_000;

/**
 * Segments join without a seam: each begins where EXTINF says the one before it ends, within half a frame (RFC 8216 4.3.2.1,
 * 6.2.1: timestamps are continuous unless EXT-X-DISCONTINUITY says otherwise).
 */
export function segmentsJoin(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const jumps: string[] = [];
    const inaccurate: string[] = [];
    const gaps: string[] = [];
    for (let i = 1; i < media.playlist.segments.length; i += 1) {
      const join = joinAt(media, i);
      if (join === null) continue;
      const uri = media.playlist.segments[i]?.uri ?? '';
      const half = join.frameSec === null ? halfFrameSec : join.frameSec / 2 + 0.001;
      if (join.seamSec !== null && Math.abs(join.seamSec) > half) {
        gaps.push(`${uri} begins ${milliseconds(join.seamSec)} after the end of the one before it`);
      } else if (join.drift !== null && Math.abs(join.drift) > Math.max(jumpSec, half)) {
        jumps.push(`${uri} begins ${milliseconds(join.drift)} later than the playlist says`);
      } else if (join.drift !== null && Math.abs(join.drift) > half) {
        inaccurate.push(`${uri} begins ${milliseconds(join.drift)} later than the playlist says`);
      }
    }
    return [
      ...(gaps.length === 0 ? [] : [error('timestamp-gap', media.path, summary(gaps))]),
      ...(jumps.length === 0 ? [] : [error('timestamp-jump', media.path, summary(jumps))]),
      ...(inaccurate.length === 0 ? [] : [warning('extinf-inaccurate', media.path, summary(inaccurate))]),
    ];
  });
}

/** The last segment lasts as long as its EXTINF says; no join tells about it. */
export function lastSegmentLasts(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const last = media.playlist.segments.length - 1;
    const stream = leadingStream(media, last);
    const stated = media.playlist.segments[last]?.durationSec ?? null;
    if (stream === null || stream.startSec === null || stream.endSec === null || stated === null) return [];
    const real = stream.endSec - stream.startSec;
    if (Math.abs(real - stated) <= jumpSec) return [];
    const message = `the last segment lasts ${real.toFixed(3)} s, its EXTINF says ${stated} s`;
    return [error('last-segment-duration', media.path, message)];
  });
}

/** Pictures start with an IDR in every segment, so that players can switch and seek there: RFC 8216 3, Apple's specification. */
export function segmentsStartWithKeyframe(observed: ObservedHls): Finding[] {
  const findings = playlistsOf(observed, 'video').flatMap((media) => {
    const wrong = media.playlist.segments.flatMap((segment, i) =>
      leadingStream(media, i)?.startsWithKeyframe === false ? [segment.uri] : [],
    );
    return wrong.length === 0 ? [] : [error('segment-without-keyframe', media.path, summary(wrong))];
  });
  if (findings.length > 0 || playlistsOf(observed, 'video').length === 0) return findings;
  const { master } = observed;
  const says =
    master?.playlist.independentSegments === true ||
    playlistsOf(observed, 'video').every((media) => media.playlist.independentSegments);
  if (says || master === null) return [];
  const message = 'all segments start with a keyframe, but EXT-X-INDEPENDENT-SEGMENTS does not say so';
  return [warning('independent-segments-missing', master.path, message)];
}

/** Video renditions are cut at the same moments, or a switch of rung jumps: RFC 8216 6.2.4. */
export function videoCutsAgree(observed: ObservedHls): Finding[] {
  const [first, ...others] = playlistsOf(observed, 'video');
  if (first === undefined) return [];
  const wanted = starts(first);
  return others.flatMap((media) => {
    const own = starts(media);
    if (own.length !== wanted.length) {
      const message = `has ${own.length} segments, ${first.path} has ${wanted.length}`;
      return [error('segment-boundaries-differ', media.path, message)];
    }
    const at = own.findIndex((sec, i) => Math.abs(sec - (wanted[i] ?? 0)) > halfFrameSec);
    if (at < 0) return [];
    const message = `segment ${at} starts at ${own[at]?.toFixed(3)} s, in ${first.path} at ${wanted[at]?.toFixed(3)} s`;
    return [error('segment-boundaries-differ', media.path, message)];
  });
}

/** Sound and picture begin within 40 ms of each other, so that lips and words agree (ITU-R BT.1359: 45 ms early is seen). */
export function soundStartsWithPicture(observed: ObservedHls): Finding[] {
  const limitSec = 0.04;
  const findings: Finding[] = [];
  const videoStart = firstStart(playlistsOf(observed, 'video')[0], 'video');
  for (const media of mainPlaylists(observed)) {
    // Sound inside the pictures' own segments is compared with them, a rendition of its own with the first variant.
    const reference = firstStart(media, 'video') ?? videoStart;
    for (const kind of ['audio', 'video'] as const) {
      const start = firstStart(media, kind);
      const against = kind === 'audio' ? reference : videoStart;
      if (start === null || against === null || Math.abs(start - against) <= limitSec) continue;
      const message = `its ${kind} begins ${milliseconds(start - against)} after the pictures`;
      findings.push(error('start-offset', media.path, message));
    }
  }
  return findings;
}

function firstStart(media: ObservedMedia | undefined, kind: 'video' | 'audio'): number | null {
  const stream = media?.rendition.segments[0]?.streams.find((candidate) => candidate.kind === kind);
  return stream?.startSec ?? null;
}

type Join = {
  /** Start of this segment minus the end of the one before, where that was read to its end. */
  seamSec: number | null;
  /** Start of this segment minus start of the one before minus its EXTINF. */
  drift: number | null;
  frameSec: number | null;
};

function joinAt(media: ObservedMedia, index: number): Join | null {
  const segment = media.playlist.segments[index];
  const before = media.playlist.segments[index - 1];
  const own = leadingStream(media, index);
  const previous = leadingStream(media, index - 1);
  if (segment === undefined || before === undefined || segment.discontinuity) return null;
  if (own === null || previous === null || own.startSec === null || previous.startSec === null) return null;
  const frameSec = frameOf(media);
  const step = unwrapped(own.startSec - previous.startSec);
  return {
    seamSec: previous.endSec === null ? null : unwrapped(own.startSec - previous.endSec),
    drift: before.durationSec === null ? null : step - before.durationSec,
    frameSec,
  };
}

function frameOf(media: ObservedMedia): number | null {
  for (let i = 0; i < media.rendition.segments.length; i += 1) {
    const stream: SegmentStream | null = leadingStream(media, i);
    if (stream !== null && stream.frameSec !== null) return stream.frameSec;
  }
  return null;
}

function starts(media: ObservedMedia): number[] {
  let at = 0;
  return media.playlist.segments.map((segment) => {
    const start = at;
    at += segment.durationSec ?? 0;
    return start;
  });
}

function unwrapped(sec: number): number {
  return sec < -wrapSec / 2 ? sec + wrapSec : sec;
}

function milliseconds(sec: number): string {
  return `${Math.round(sec * 1000)} ms`;
}

function summary(items: readonly string[]): string {
  const [first = ''] = items;
  return items.length === 1 ? first : `${first} (and ${items.length - 1} more)`;
}
