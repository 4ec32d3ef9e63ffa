import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import { resolveUri } from '../package-path.ts';
import { parseWebVtt, type WebVtt } from '../webvtt/parse-webvtt.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import { filmSec, playlistsOf } from './package-view.ts';

/** Half a frame of 24 a second, doubled: less than anybody sees between words and lips. */
const mapToleranceSec = 0.04;

type Part = { path: string; startSec: number; endSec: number; vtt: WebVtt };

/** The WebVTT of each subtitle rendition can be read: W3C WebVTT, RFC 8216 3.5. */
export function subtitleSyntax(observed: ObservedHls): Finding[] {
  return eachPart(observed).flatMap(({ path, vtt }) => {
    const [first, ...more] = vtt.faults;
    if (first === undefined) return [];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return [error('webvtt-syntax', path, `line ${first.line}: ${first.message}${rest}`)];
  });
}

/**
 * Cue time 0 is the first picture: X-TIMESTAMP-MAP names its real PTS, and without one that PTS has to be 0 (RFC 8216 3.5).
 * Muxers start at 1.4 s, and a copied map shifts every cue.
 */
export function timestampMaps(observed: ObservedHls): Finding[] {
  const video = playlistsOf(observed, 'video')[0]?.rendition.segments[0];
  const startSec = video?.streams.find((stream) => stream.kind === 'video')?.startSec ?? null;
  if (startSec === null) return [];
  return playlistsOf(observed, 'subtitles').flatMap((media) => {
    const wrong = partsOf(observed, media).flatMap(({ path, vtt }) => {
      const off = (vtt.timestampMapSec ?? 0) - startSec;
      if (Math.abs(off) <= mapToleranceSec) return [];
      const says =
        vtt.timestampMapSec === null ? 'has no X-TIMESTAMP-MAP' : `maps 0 to ${vtt.timestampMapSec.toFixed(3)} s`;
      return [
        `${path} ${says}, the first picture is at ${startSec.toFixed(3)} s: cues are ${Math.round(off * 1000)} ms off`,
      ];
    });
    const [first] = wrong;
    if (first === undefined) return [];
    const rest = wrong.length === 1 ? '' : ` (and ${wrong.length - 1} more files)`;
    return [error('timestamp-map-mismatch', media.path, `${first}${rest}`)];
  });
}

/** Cues keep their absolute times in every segment, and lie in the film: RFC 8216 3.5. */
export function cuesInTheirSegments(observed: ObservedHls): Finding[] {
  const film = filmSec(observed);
  return playlistsOf(observed, 'subtitles').flatMap((media) => {
    const parts = partsOf(observed, media);
    const strays = parts.flatMap((part) =>
      part.vtt.cues
        .filter((cue) => cue.endSec <= part.startSec - 1e-3 || cue.startSec >= part.endSec + 1e-3)
        .map((cue) => `${part.path} line ${cue.line}`),
    );
    if (parts.length > 1 && strays.length > 0) {
      const message = `cues outside their segment's time, which players don't show: ${strays[0]} (${strays.length} in all)`;
      return [error('cue-outside-segment', media.path, message)];
    }
    const late = parts.flatMap((part) => part.vtt.cues.filter((cue) => film !== null && cue.startSec >= film));
    if (late.length === 0) return [];
    return [warning('cue-beyond-end', media.path, `${late.length} cues start after the end of the film`)];
  });
}

/** A cue that crosses a boundary stands in every segment that it touches, or it vanishes after a seek. */
export function cuesRepeated(observed: ObservedHls): Finding[] {
  return playlistsOf(observed, 'subtitles').flatMap((media) => {
    const parts = partsOf(observed, media);
    const lost: string[] = [];
    parts.forEach((part, i) => {
      const next = parts[i + 1];
      if (next === undefined) return;
      for (const cue of part.vtt.cues) {
        if (cue.endSec <= next.startSec + 1e-3) continue;
        const again = next.vtt.cues.some((other) => other.startSec === cue.startSec && other.text === cue.text);
        if (!again) lost.push(`${part.path} line ${cue.line}`);
      }
    });
    if (lost.length === 0) return [];
    const message = `cues that go on in the next segment but don't stand there: ${lost[0]} (${lost.length} in all)`;
    return [warning('cue-not-repeated', media.path, message)];
  });
}

function eachPart(observed: ObservedHls): Part[] {
  return playlistsOf(observed, 'subtitles').flatMap((media) => partsOf(observed, media));
}

function partsOf(observed: ObservedHls, media: ObservedMedia): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const segment of media.playlist.segments) {
    const startSec = at;
    at += segment.durationSec ?? 0;
    const resolved = resolveUri(media.path, segment.uri);
    const text = resolved.ok ? observed.texts.get(resolved.path) : undefined;
    if (resolved.ok && text !== undefined) {
      parts.push({ path: resolved.path, startSec, endSec: at, vtt: parseWebVtt(text) });
    }
  }
  return parts;
}
