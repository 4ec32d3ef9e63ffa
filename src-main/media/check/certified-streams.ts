import type { CertifiedStream } from '#shared/model/certificate.ts';
import type { ObservedHls, ObservedMedia } from './hls/observed-hls.ts';
import { playlistsOf, totalSec } from './hls/package-view.ts';
import type { ObservedMkv } from './mkv/observed-mkv.ts';
import type { ObservedMp4 } from './mp4/observed-mp4.ts';
import { type ObservedStream, videoRangeOf } from './stream/observed-stream.ts';

/** The streams of an HLS package, each under the name of its rendition (its playlist without folder and ending). */
export function certifiedHlsStreams(observed: ObservedHls): CertifiedStream[] {
  const media = [...playlistsOf(observed, 'video'), ...playlistsOf(observed, 'audio')];
  const main = [...new Set(media)].flatMap((one) =>
    one.rendition.streams
      .filter((stream) => stream.kind !== 'other')
      .map((stream) => certified(stream, renditionId(one), frameCount(one, stream), totalSec(one.playlist), null)),
  );
  const subtitles = playlistsOf(observed, 'subtitles').map(
    (one): CertifiedStream => ({
      id: renditionId(one),
      kind: 'subtitle',
      codec: 'wvtt',
      frames: null,
      durationSec: totalSec(one.playlist),
      language: null,
      video: null,
      audio: null,
    }),
  );
  return [...main, ...subtitles];
}

/** The tracks of an MP4, each under its number. */
export function certifiedMp4Streams(observed: ObservedMp4): CertifiedStream[] {
  return observed.tracks.map((track) => {
    const durationSec = track.startSec === null || track.endSec === null ? null : track.endSec - track.startSec;
    const stream = certified(track.stream, `track ${track.id}`, track.samples, durationSec, track.language);
    return ['sbtl', 'subt', 'text', 'clcp'].includes(track.handler) ? { ...stream, kind: 'subtitle' } : stream;
  });
}

/** The tracks of an MKV, each under its number. */
export function certifiedMkvStreams(observed: ObservedMkv): CertifiedStream[] {
  return observed.tracks.map((track) => ({
    id: `track ${track.number}`,
    kind: track.kind,
    codec: track.codecId,
    frames: null,
    durationSec: observed.durationSec,
    language: track.language,
    video: null,
    audio: null,
  }));
}

function certified(
  stream: ObservedStream,
  id: string,
  frames: number | null,
  durationSec: number | null,
  language: string | null,
): CertifiedStream {
  const { kind, codec, video, audio } = stream;
  return {
    id,
    kind,
    codec,
    frames,
    durationSec,
    language,
    video:
      video === null
        ? null
        : {
            widthPx: video.widthPx,
            heightPx: video.heightPx,
            // Exact rates are the plan's; a measured one is never exact.
            frameRate: null,
            videoRange: videoRangeOf(video.color),
            color: video.color,
          },
    audio: audio === null ? null : { channels: audio.channels, sampleRateHz: audio.sampleRateHz },
  };
}

/** Null unless every segment was counted: heads of transport streams don't tell. */
function frameCount(media: ObservedMedia, stream: ObservedStream): number | null {
  let frames = 0;
  for (const segment of media.rendition.segments) {
    const count = segment?.streams.find((candidate) => candidate.id === stream.id)?.count ?? null;
    if (count === null) return null;
    frames += count;
  }
  return frames;
}

function renditionId(media: ObservedMedia): string {
  return (media.path.split('/').at(-1) ?? media.path).replace(/\.m3u8?$/i, '');
}
