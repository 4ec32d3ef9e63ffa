import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls } from './observed-hls.ts';
import { filmSec, mainPlaylists, playlistsOf, totalSec } from './package-view.ts';

/** Less than anybody notices at the end of a film, and more than the padding of an audio codec. */
const toleranceSec = 0.5;

/** A film may end with a few pictures of their own; below this it is padding. */
const tinySec = 0.1;

/** All renditions of a title have one length: RFC 8216 6.2.4. */
export function renditionsEndTogether(observed: ObservedHls): Finding[] {
  const film = filmSec(observed);
  if (film === null) return [];
  const all = [...mainPlaylists(observed), ...playlistsOf(observed, 'subtitles'), ...playlistsOf(observed, 'i-frames')];
  return all.flatMap((media) => {
    const sec = totalSec(media.playlist);
    if (sec === null || Math.abs(sec - film) <= toleranceSec) return [];
    const message = `lasts ${sec.toFixed(3)} s by its playlist, the film ${film.toFixed(3)} s`;
    return [error('duration-differs', media.path, message)];
  });
}

/** Nothing of the source is lost, nothing added: compared with each length that the source claims. */
export function filmLastsAsSource(observed: ObservedHls): Finding[] {
  const film = filmSec(observed);
  const candidates = observed.source?.candidatesSec ?? [];
  if (film === null || candidates.length === 0) return [];
  if (candidates.some((sec) => Math.abs(sec - film) <= toleranceSec)) return [];
  const claims = candidates.map((sec) => sec.toFixed(3)).join(' or ');
  const message = `the package lasts ${film.toFixed(3)} s, the source ${claims} s`;
  return [error('source-duration-differs', observed.master?.path ?? null, message)];
}

/** A last segment of codec padding: some players stall on it, and it is one request for nothing. */
export function noTinyEnd(observed: ObservedHls): Finding[] {
  return mainPlaylists(observed).flatMap((media) => {
    const { segments } = media.playlist;
    const sec = segments.at(-1)?.durationSec ?? null;
    if (segments.length < 2 || sec === null || sec >= tinySec) return [];
    return [warning('last-segment-tiny', media.path, `the last segment lasts ${Math.round(sec * 1000)} ms`)];
  });
}

/** Video and audio playlists share one target duration: RFC 8216bis 6.2.4. */
export function targetDurationsAgree(observed: ObservedHls): Finding[] {
  const byTarget = Map.groupBy(mainPlaylists(observed), (media) => media.playlist.targetDurationSec);
  byTarget.delete(null);
  if (byTarget.size <= 1) return [];
  const seen = [...byTarget].map(([sec, media]) => `${sec} s in ${media[0]?.path ?? ''}`).join(', ');
  return [error('target-durations-differ', observed.master?.path ?? null, `EXT-X-TARGETDURATION is ${seen}`)];
}
