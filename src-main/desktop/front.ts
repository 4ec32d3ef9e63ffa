import { destinationOf, type Arrival } from './decide/arrivals.ts';
import { isOwnPage } from './decide/own-page.ts';
import type { DeskWindow } from './window.ts';
import { type DesktopNews, type PickedPath } from '#shared/protocol/desktop.ts';
import { desktopPages } from '#shared/protocol/desktop-bridge.ts';

/*
 * Which page the window shows, and how films and clicks from outside get to it.
 */

export type Front = {
  /** Opens the window where it is none, in front of all others, at a screen (`/queue`), or as it is with null. */
  show: (to: string | null) => void;
  /** Films from outside, or a link: the Add screen, or the link's. */
  arrive: (arrival: Arrival, films: readonly PickedPath[]) => void;
  /** Films that wait for the page, each given once. */
  takeFilms: () => PickedPath[];
  /** The server's address, or its state, is another one. */
  serverMoved: () => void;
  /** The page's process died. */
  reload: () => void;
  tell: (news: DesktopNews) => void;
  window: () => DeskWindow | null;
};

export type FrontOptions = {
  open: () => DeskWindow;
  /** Null while no server runs here. */
  serverUrl: () => string | null;
};

/** More were dropped by mistake. */
const mostFilms = 2_000;

/** The window as the rest of the app sees it. */
export function openFront({ open, serverUrl }: FrontOptions): Front {
  let window: DeskWindow | null = null;
  let films: PickedPath[] = [];
  /** A screen of a server that does not run yet. */
  let wanted: string | null = null;

  const homeUrl = (): string => {
    const url = serverUrl();
    if (url === null) return `${desktopPages.origin}/`;
    const to = wanted ?? '/';
    wanted = null;
    return `${url}${to}`;
  };
  const isServers = (): boolean => {
    const url = serverUrl();
    const shown = window?.url() ?? '';
    return url !== null && isOwnPage(shown, url) && !shown.startsWith(desktopPages.origin);
  };
  const show = (to: string | null): void => {
    wanted = to ?? wanted;
    if (window === null) {
      window = open();
      window.load(homeUrl());
    } else if (isServers() && wanted !== null) {
      window.tell({ kind: 'go', to: wanted });
      wanted = null;
    }
    window.show();
  };

  return {
    show,
    arrive: (arrival, found) => {
      films = [...films, ...found].slice(0, mostFilms);
      show(found.length > 0 ? '/add' : arrival.paths.length > 0 ? null : destinationOf(arrival));
      if (found.length > 0) window?.tell({ kind: 'films' });
    },
    takeFilms: () => {
      const taken = films;
      films = [];
      return taken;
    },
    serverMoved: () => {
      if (window === null) return;
      const url = serverUrl();
      const isLocal = window.url().startsWith(desktopPages.origin) || window.url() === '';
      if (url === null ? !isLocal : !isServers()) window.load(homeUrl());
    },
    reload: () => window?.load(homeUrl()),
    tell: (news) => window?.tell(news),
    window: () => window,
  };
}
