import { type RefObject, useEffect, useRef, useState } from 'react';
import { emptyFilm, type Film, type FilmState, openFilm } from './film.ts';

/** Opens what lies at `url` in the element. Another URL of the same film goes on where the last one was. */
export function useFilm(
  video: HTMLVideoElement | null,
  url: string,
): { film: RefObject<Film | null>; state: FilmState } {
  const film = useRef<Film | null>(null);
  const lastSec = useRef(0);
  const [state, setState] = useState({ url, ...emptyFilm });
  useEffect(() => {
    if (video === null) return undefined;
    const opened = openFilm(video, {
      ...{ url, startSec: lastSec.current },
      onState: (next) => setState({ url, ...next }),
    });
    film.current = opened;
    return () => {
      film.current = null;
      // An element that is closed stands at 0, and so does one in which nothing has come yet.
      if (video.readyState > HTMLMediaElement.HAVE_NOTHING) lastSec.current = video.currentTime;
      opened.close();
    };
  }, [video, url]);
  return { film, state: state.url === url ? state : emptyFilm };
}
