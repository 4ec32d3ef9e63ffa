import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import hlsWorkerUrl from 'hls.js/dist/hls.worker.js?url';
import { fileNameOf, type Quality, type Sound, type SubtitleTrack } from './film-tracks.ts';

/*
 * A film in a video element: HLS by hls.js, a single file by the browser itself.
 */

/** Why nothing plays: the browser can't, or nothing came. */
export type FilmFault = 'unplayable' | 'unreachable';

export type FilmState = {
  fault: FilmFault | null;
  qualities: readonly Quality[];
  /** Null chooses by the line. */
  quality: number | null;
  sounds: readonly Sound[];
  sound: number | null;
  subtitles: readonly SubtitleTrack[];
  /** What the package wants to be shown at first; null for none. */
  subtitle: number | null;
};

export type Film = {
  chooseQuality: (id: number | null) => void;
  chooseSound: (id: number) => void;
  /** Shows a track as WebVTT; null hides all. */
  showSubtitle: (id: number | null) => void;
  close: () => void;
};

export const emptyFilm: FilmState = {
  ...{ fault: null, qualities: [], quality: null, sounds: [], sound: null, subtitles: [], subtitle: null },
};

type Open = { url: string; startSec: number; onState: (state: FilmState) => void };

/** Loads a film into the element, from `startSec` on. */
export function openFilm(video: HTMLVideoElement, { url, startSec, onState }: Open): Film {
  let state = emptyFilm;
  let isClosed = false;
  let hls: Hls | null = null;
  const tell = (change: Partial<FilmState>): void => {
    if (isClosed) return;
    state = { ...state, ...change };
    onState(state);
  };
  const onVideoError = (): void => {
    const isLine = video.error?.code === MediaError.MEDIA_ERR_NETWORK;
    tell({ fault: isLine ? 'unreachable' : 'unplayable' });
  };
  const playItself = (): void => {
    video.addEventListener('error', onVideoError);
    video.src = startSec > 0 ? `${url}#t=${startSec}` : url;
  };
  const playByHls = async (): Promise<void> => {
    const { default: HlsClass } = await import('hls.js');
    if (isClosed) return;
    if (!HlsClass.isSupported()) return playItself();
    hls = new HlsClass({
      // A worker out of a blob: URL would be refused.
      ...{ enableWorker: true, workerPath: hlsWorkerUrl },
      startPosition: startSec,
      // Segments of a film that is still being made come when they are done.
      fragLoadPolicy: { default: patient },
      playlistLoadPolicy: { default: patient },
    });
    follow(hls, HlsClass, tell);
    hls.loadSource(url);
    hls.attachMedia(video);
  };
  if (url.endsWith('.m3u8')) void playByHls().catch(() => tell({ fault: 'unreachable' }));
  else playItself();

  return {
    chooseQuality: (id) => {
      if (hls === null) return;
      // At once, not only for what is still to be loaded.
      hls.currentLevel = id ?? -1;
      tell({ quality: id });
    },
    chooseSound: (id) => {
      if (hls !== null) hls.audioTrack = id;
    },
    showSubtitle: (id) => {
      if (hls === null) return;
      hls.subtitleDisplay = id !== null;
      hls.subtitleTrack = id ?? -1;
    },
    close: () => {
      isClosed = true;
      hls?.destroy();
      video.removeEventListener('error', onVideoError);
      video.removeAttribute('src');
      video.load();
    },
  };
}

const retries = { maxNumRetry: 6, retryDelayMs: 1_000, maxRetryDelayMs: 8_000 };
const patient = {
  ...{ maxTimeToFirstByteMs: 20_000, maxLoadTimeMs: 120_000 },
  ...{ timeoutRetry: retries, errorRetry: retries },
};

function follow(
  hls: Hls,
  { Events, ErrorTypes, ErrorDetails }: typeof Hls,
  tell: (change: Partial<FilmState>) => void,
): void {
  let mended = false;
  hls.on(Events.MANIFEST_PARSED, () => {
    // Who opened the film says which subtitle is shown, also at first.
    hls.subtitleTrack = -1;
    tell({ qualities: qualitiesOf(hls) });
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    tell({ sounds: hls.audioTracks.map(({ id, name }) => ({ id, name })), sound: hls.audioTrack });
  });
  hls.on(Events.AUDIO_TRACK_SWITCHED, () => tell({ sound: hls.audioTrack }));
  hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => {
    const subtitles = hls.subtitleTracks.map(({ id, name, url }) => ({ id, name, file: fileNameOf(url) }));
    const first = hls.subtitleTracks.find((track) => track.default);
    tell({ subtitles, subtitle: first?.id ?? null });
  });
  hls.on(Events.ERROR, (_, data: ErrorData) => {
    if (!data.fatal) return;
    const noCodec = ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
    if (data.type === ErrorTypes.MEDIA_ERROR && !mended && data.details !== noCodec) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    tell({ fault: data.type === ErrorTypes.NETWORK_ERROR ? 'unreachable' : 'unplayable' });
  });
}

/** The best first. */
function qualitiesOf(hls: Hls): Quality[] {
  return hls.levels
    .map(({ height, bitrate, videoRange }, id) => ({ id, height, bitrateBps: bitrate, isHdr: videoRange !== 'SDR' }))
    .sort((a, b) => b.height - a.height || b.bitrateBps - a.bitrateBps);
}
