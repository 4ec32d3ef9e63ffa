import type { PlatformPath } from 'node:path';
import { type DeepLink, linkScheme, readDeepLink } from './deep-link.ts';

/*
 * What came in from outside: a first or a second start, "Encode with Encrew" in the file manager, something dropped on the
 * dock or the tray, a link.
 */

export type Arrival = {
  /** Absolute paths of films and folders, each once. */
  paths: readonly string[];
  /** The last link that meant something. */
  link: DeepLink | null;
  /** Started with the session: no window. */
  isHidden: boolean;
};

/** Starts without a window: what the system's own start-up says. */
export const hiddenFlag = '--hidden';

const mostPaths = 2_000;

export type CommandLine = {
  /** With the program itself, as `process.argv` and a second start give it. */
  argv: readonly string[];
  /** Folder in which it was typed, absolute. */
  cwd: string;
  /** From an installed app; else the first word that is no flag is the app's folder. */
  isPackaged: boolean;
  /** This system's paths. */
  ways: Ways;
};

type Ways = Pick<PlatformPath, 'isAbsolute' | 'resolve'>;

/** What a command line asks for. Words for Chromium (`--…`) are passed over: systems add their own. */
export function readCommandLine({ argv, cwd, isPackaged, ways }: CommandLine): Arrival {
  const given = argv.slice(1);
  // Tools put words of their own before the app's folder.
  const home = isPackaged ? -1 : given.findIndex((word) => !word.startsWith('-'));
  const words = given.filter((_word, i) => i !== home);
  // What follows is no flag: a file may be called `--hidden`.
  const end = words.indexOf('--');
  const flags = end === -1 ? words : words.slice(0, end);
  const others = [...flags.filter((word) => !word.startsWith('-')), ...(end === -1 ? [] : words.slice(end + 1))];
  const links = others.filter(isLink).flatMap((word) => readDeepLink(word, ways) ?? []);
  const paths = others.filter((word) => word !== '' && !isLink(word)).map((word) => pathOf(word, cwd, ways));
  return {
    paths: unique([...paths, ...links.flatMap((link) => link.paths)]),
    link: links.at(-1) ?? null,
    isHidden: flags.includes(hiddenFlag),
  };
}

/** Where an arrival leads: films to the Add screen, a link to its own; null keeps the screen that is shown. */
export function destinationOf({ paths, link }: Arrival): string | null {
  return paths.length > 0 ? '/add' : (link?.to ?? null);
}

function isLink(word: string): boolean {
  return word.toLowerCase().startsWith(`${linkScheme}:`);
}

/** File managers of Linux give `file://` addresses. */
function pathOf(word: string, cwd: string, { isAbsolute, resolve }: Ways): string {
  if (/^file:\/\//i.test(word) && URL.canParse(word)) {
    const { host, pathname } = new URL(word);
    const path = decoded(pathname);
    if ((host === '' || host === 'localhost') && path !== null && isAbsolute(path)) return path;
  }
  return resolve(cwd, word);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].slice(0, mostPaths);
}
