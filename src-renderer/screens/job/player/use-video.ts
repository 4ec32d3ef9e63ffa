import { shallowEqual } from '@mantine/hooks';
import { useCallback, useState, useSyncExternalStore } from 'react';

export type VideoState = {
  isPaused: boolean;
  isWaiting: boolean;
  timeSec: number;
  /** Null before it is known. */
  durationSec: number | null;
  /** How far it is loaded from where it plays. */
  loadedSec: number;
  volume: number;
  isMuted: boolean;
};

const idle: VideoState = {
  ...{ isPaused: true, isWaiting: false, timeSec: 0, durationSec: null, loadedSec: 0, volume: 1, isMuted: false },
};

const events = [
  ...['play', 'playing', 'pause', 'waiting', 'timeupdate', 'seeking', 'seeked', 'durationchange', 'loadedmetadata'],
  ...['progress', 'volumechange', 'ended', 'emptied', 'canplay'],
];

/** What a video element does, as it changes. */
export function useVideo(video: HTMLVideoElement | null): VideoState {
  const subscribe = useCallback(
    (changed: () => void) => {
      for (const event of events) video?.addEventListener(event, changed);
      return () => {
        for (const event of events) video?.removeEventListener(event, changed);
      };
    },
    [video],
  );
  const [steady] = useState(steadyState);
  return useSyncExternalStore(subscribe, () => steady(video === null ? idle : stateOf(video)));
}

/** The same object while nothing of it changed: React then renders nothing. */
function steadyState(): (next: VideoState) => VideoState {
  let last = idle;
  return (next) => {
    if (!shallowEqual(last, next)) last = next;
    return last;
  };
}

function stateOf(video: HTMLVideoElement): VideoState {
  const { paused, seeking, readyState, currentTime, duration, volume, muted } = video;
  return {
    isPaused: paused,
    isWaiting: !paused && (seeking || readyState < HTMLMediaElement.HAVE_FUTURE_DATA),
    timeSec: currentTime,
    durationSec: Number.isFinite(duration) && duration > 0 ? duration : null,
    loadedSec: loadedFrom(video, currentTime),
    volume,
    isMuted: muted || volume === 0,
  };
}

function loadedFrom({ buffered }: HTMLVideoElement, timeSec: number): number {
  for (let n = 0; n < buffered.length; n += 1) {
    if (buffered.start(n) <= timeSec + 0.1 && timeSec <= buffered.end(n)) return buffered.end(n);
  }
  return timeSec;
}
