import { useEffect, useEffectEvent } from 'react';
import type { PickedPath } from '#shared/protocol/desktop.ts';
import { askDesktop, isInDesktop, listenToDesktop } from './desktop.ts';

/*
 * Films of this machine that were dropped on the window, the dock or the tray, or came by a link: the Add screen takes them.
 */

let waiting: readonly PickedPath[] = [];
const takers = new Set<() => void>();

/** Leaves films for the Add screen, which may not be open yet. */
export function leaveFilms(films: readonly PickedPath[]): void {
  waiting = [...waiting, ...films];
  for (const take of takers) take();
}

/** Gives each film once to whoever shows the choice. */
export function useShellFilms(take: (films: readonly PickedPath[]) => void): void {
  const takeNow = useEffectEvent(() => {
    const films = waiting;
    waiting = [];
    if (films.length > 0) take(films);
  });
  useEffect(() => {
    if (!isInDesktop()) return;
    const look = (): void => takeNow();
    const fetchFilms = (): void => void askDesktop('take-films', null).then(leaveFilms, () => {});
    takers.add(look);
    const leave = listenToDesktop(({ kind }) => {
      if (kind === 'films') fetchFilms();
    });
    look();
    fetchFilms();
    return () => {
      takers.delete(look);
      leave();
    };
  }, []);
}
