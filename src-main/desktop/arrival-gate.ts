import * as ways from 'node:path';
import type { Logger } from '#main/platform/logger.ts';
import type { PickedPath } from '#shared/protocol/desktop.ts';
import { type Arrival, readCommandLine } from './decide/arrivals.ts';
import { readDeepLink } from './decide/deep-link.ts';
import type { AppPort } from './electron-ports.ts';
import { lookAtPaths } from './look-at-paths.ts';
import type { Machine } from './machine.ts';

export type ArrivalGate = {
  /** What this start was asked for. */
  first: Arrival;
  /** Files were dropped on the tray. */
  files: (paths: readonly string[]) => void;
  /** Lets in what came so far, and from now on at once. */
  open: (house: ArrivalHouse) => void;
};

export type ArrivalHouse = {
  arrive: (arrival: Arrival, films: readonly PickedPath[]) => void;
  /** A second start that asked for nothing: people look for the window. */
  show: () => void;
};

/**
 * All ways in: this start, a second one, files on the dock, links. One after the other, and none before the app can show it;
 * macOS gives the first file before Electron is ready.
 */
export function arrivalGate(
  app: Pick<AppPort, 'on' | 'isPackaged'>,
  machine: Pick<Machine, 'argv' | 'cwd'>,
  log: Logger,
): ArrivalGate {
  let turn = Promise.resolve();
  let house: ArrivalHouse | null = null;
  let waiting: Arrival[] = [];
  const { isPackaged } = app;
  const first = readCommandLine({ argv: machine.argv, cwd: machine.cwd, isPackaged, ways });

  const enter = (arrival: Arrival): void => {
    const there = house;
    if (there === null) waiting.push(arrival);
    else if (arrival.paths.length > 0 || arrival.link !== null) turn = bring(there, arrival, turn);
  };
  const bring = async (there: ArrivalHouse, arrival: Arrival, before: Promise<void>): Promise<void> => {
    await before;
    const films = await lookAtPaths(arrival.paths);
    const missing = arrival.paths.length - films.length;
    if (missing > 0) log.warn({ missing }, 'some of what was to be added can’t be read');
    there.arrive(arrival, films);
  };
  const files = (paths: readonly string[]): void => enter({ paths, link: null, isHidden: false });
  app.on('second-instance', (_event, argv, cwd) => {
    const arrival = readCommandLine({ argv, cwd, isPackaged, ways });
    if (arrival.paths.length === 0 && arrival.link === null && !arrival.isHidden) house?.show();
    enter(arrival);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    files([path]);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const link = readDeepLink(url, ways);
    if (link !== null) enter({ paths: link.paths, link, isHidden: false });
  });
  return {
    ...{ first, files },
    open: (next) => {
      house = next;
      const arrivals = [first, ...waiting];
      waiting = [];
      arrivals.forEach(enter);
    },
  };
}
