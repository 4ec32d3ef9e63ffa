import type { PlatformPath } from 'node:path';
import { z } from 'zod';

/*
 * `encrew://` links, which any page of the web can offer: they open a screen, or fill in the Add screen; nothing begins by one.
 */

export const linkScheme = 'encrew';

export type DeepLink = {
  kind: 'link';
  /** Address of the screen. */
  to: string;
  /** Films and folders for the Add screen. */
  paths: readonly string[];
};

const longestLink = 8_192;
const mostPaths = 100;
const id = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);
const section = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*$/)
  .max(40);

/** What a link means; null for one that means nothing here. `ways` are this system's paths. */
export function readDeepLink(text: string, ways: Pick<PlatformPath, 'isAbsolute'>): DeepLink | null {
  if (text.length > longestLink || !URL.canParse(text)) return null;
  const { protocol, username, password, port, host, pathname, searchParams, hash } = new URL(text);
  if (protocol !== `${linkScheme}:` || username + password + port + hash !== '') return null;
  // `encrew://jobs/ID`: the first word is what URLs call the host.
  const words = [host, ...pathname.split('/')].filter((word) => word !== '');
  const paths = searchParams.getAll('path');
  if ([...searchParams.keys()].some((key) => key !== 'path') || (paths.length > 0 && host !== 'add')) return null;
  const to = screenOf(words);
  const isUsable = paths.length <= mostPaths && paths.every((path) => isLocalPath(path, ways));
  return to !== null && isUsable ? { kind: 'link', to, paths } : null;
}

function screenOf([screen, rest, ...more]: readonly string[]): string | null {
  if (more.length > 0) return null;
  switch (screen) {
    case undefined:
    case 'home':
      return rest === undefined ? '/' : null;
    case 'add':
    case 'queue':
    case 'library':
      return rest === undefined ? `/${screen}` : null;
    case 'jobs':
      return id.safeParse(rest).success ? `/jobs/${rest}` : null;
    case 'crew':
      return rest === undefined ? '/crew' : id.safeParse(rest).success ? `/crew/${rest}` : null;
    case 'settings':
      return rest === undefined ? '/settings' : section.safeParse(rest).success ? `/settings/${rest}` : null;
    default:
      return null;
  }
}

/** A name of a share (`\\server\share`) would have Windows sign in to whoever made the link. */
function isLocalPath(path: string, { isAbsolute }: Pick<PlatformPath, 'isAbsolute'>): boolean {
  return path.length <= 32_767 && isAbsolute(path) && !path.includes('\0') && !/^[\\/]{2}/.test(path);
}
