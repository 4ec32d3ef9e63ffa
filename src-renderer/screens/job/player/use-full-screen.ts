import { useEffect, useState, useSyncExternalStore } from 'react';

const idleMs = 3_000;

export type FullScreen = {
  isFull: boolean;
  /** Nothing was touched for a while: the bar may go. */
  isIdle: boolean;
  /** Null where the browser has none for this. */
  toggle: (() => void) | null;
};

/** The player over the whole screen. */
export function useFullScreen(player: HTMLElement | null): FullScreen {
  const isFull = useSyncExternalStore(onFullScreen, () => player !== null && document.fullscreenElement === player);
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    if (!isFull) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const wait = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), idleMs);
    };
    const touched = (): void => {
      setIdle(false);
      wait();
    };
    wait();
    document.addEventListener('pointermove', touched);
    document.addEventListener('keydown', touched);
    return () => {
      document.removeEventListener('pointermove', touched);
      document.removeEventListener('keydown', touched);
      if (timer !== null) clearTimeout(timer);
    };
  }, [isFull]);
  const toggle = (): void => {
    // Refused without a gesture: then the player stays as it is.
    if (isFull) document.exitFullscreen().catch(() => {});
    else player?.requestFullscreen().catch(() => {});
  };
  return { isFull, isIdle: isFull && isIdle, toggle: document.fullscreenEnabled ? toggle : null };
}

function onFullScreen(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}
