import { type RefObject, useEffect, useRef, useState } from 'react';
import { emptyFilm, type Film, type FilmState, openFilm } from './film.ts';

/** Opens what lies at `url` in the element. Another URL of the same film goes on where the last one was. */
export function useFilm(
  video: HTMLVideoElement | null,
  url: string,
): { film: RefObject<Film | null>; state: FilmState } {
  const film = useRef<Film | null>(null);
  const [state, setState] = useState({ url, ...emptyFilm });
  useEffect(() => {
    if (video === null) return undefined;
    const wasPlaying = !video.paused;
    const opened = openFilm(video, {
      ...{ url, startSec: video.currentTime },
      onState: (next) => setState({ url, ...next }),
    });
    film.current = opened;
    if (wasPlaying) video.play().catch(() => {});
    return () => {
      film.current = null;
      opened.close();
    };
  }, [video, url]);
  return { film, state: state.url === url ? state : emptyFilm };
}
