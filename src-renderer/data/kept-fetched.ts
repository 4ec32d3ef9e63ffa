import { z } from 'zod';

/*
 * Films that the server fetches go on when the page is loaded again; which ones they are, this tab remembers.
 */

const keptAs = 'encrew-fetched-films';
const kept = z.array(z.object({ id: z.string(), url: z.url() })).catch([]);

type Fetched = z.infer<typeof kept>[number];

/** Writes down the films of this tab. */
export function keepFetched(films: readonly Fetched[]): void {
  sessionStorage.setItem(keptAs, JSON.stringify(films));
}

/** Those of before the reload. */
export function keptFetched(): readonly Fetched[] {
  try {
    return kept.parse(JSON.parse(sessionStorage.getItem(keptAs) ?? '[]'));
  } catch {
    return [];
  }
}
