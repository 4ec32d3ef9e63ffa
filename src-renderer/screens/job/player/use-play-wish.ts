import { useCallback, useEffect, useRef } from 'react';

/**
 * Plays what stands, and the other way round. A browser forgets that a film was to play whenever its source is replaced (HTML
 * 4.8.11.5, "paused" in the load algorithm): also when Play was pressed a moment before the first source came. The wish is kept
 * here, and said again to the new source.
 */
export function usePlayWish(video: HTMLVideoElement | null): () => void {
  const isWanted = useRef(false);
  const play = useCallback((one: HTMLVideoElement): void => {
    isWanted.current = true;
    one.play().catch((error: unknown) => {
      // Refused without a gesture: then it stays paused, as the button says. Another source only interrupts it.
      if (error instanceof DOMException && error.name === 'NotAllowedError') isWanted.current = false;
    });
  }, []);
  useEffect(() => {
    if (video === null) return undefined;
    // Also by the keys of the keyboard and the system, and at the end of the film. Another source tells of no pause.
    const follow = (): void => {
      isWanted.current = !video.paused;
    };
    const again = (): void => {
      if (isWanted.current && video.paused) play(video);
    };
    video.addEventListener('play', follow);
    video.addEventListener('pause', follow);
    video.addEventListener('loadstart', again);
    return () => {
      video.removeEventListener('play', follow);
      video.removeEventListener('pause', follow);
      video.removeEventListener('loadstart', again);
    };
  }, [video, play]);
  return () => {
    if (video === null) return;
    if (video.paused) play(video);
    else video.pause();
  };
}
