import { useEffect, useEffectEvent } from 'react';

export type PlayerKeys = {
  togglePlay: () => void;
  skip: (seconds: number) => void;
  louder: (by: number) => void;
  toggleMute: () => void;
  toggleFull: () => void;
};

const skipSec = 5;
const volumeStep = 0.05;

/**
 * Space, arrows, F and M while the focus is in the player. What is focused keeps its own keys: buttons the space, menus all,
 * the volume its arrows.
 */
export function usePlayerKeys(player: HTMLElement | null, keys: PlayerKeys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[role="menu"]') !== null) return;
    const isButton = target.closest('button') !== null;
    const ownsArrows = target.closest('[data-own-arrows]') !== null;
    const work = workOf(event.key, keys, { isButton, ownsArrows });
    if (work === null) return;
    event.preventDefault();
    work();
  });
  useEffect(() => {
    player?.addEventListener('keydown', press);
    return () => player?.removeEventListener('keydown', press);
  }, [player]);
}

function workOf(
  key: string,
  keys: PlayerKeys,
  { isButton, ownsArrows }: { isButton: boolean; ownsArrows: boolean },
): (() => void) | null {
  if (ownsArrows && key.startsWith('Arrow')) return null;
  switch (key) {
    case ' ':
      return isButton ? null : keys.togglePlay;
    case 'k':
      return keys.togglePlay;
    case 'ArrowLeft':
      return () => keys.skip(-skipSec);
    case 'ArrowRight':
      return () => keys.skip(skipSec);
    case 'ArrowUp':
      return () => keys.louder(volumeStep);
    case 'ArrowDown':
      return () => keys.louder(-volumeStep);
    case 'm':
      return keys.toggleMute;
    case 'f':
      return keys.toggleFull;
    default:
      return null;
  }
}
