import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../data/session.ts';
import type { AppRouter } from './router.tsx';
import { startTexts } from './texts.ts';

/** A server at hand answers sooner. Who waits longer is better shown that something is on its way. */
const patienceMs = 400;

/**
 * Reads all at once what the first screen shows: who is signed in, the words, the screen and what its route reads. Drawn from
 * that, the page is painted once, instead of a wheel, grey bars, and rows. Returns when it is there, or patience is over.
 */
export async function firstReads(client: QueryClient, router: AppRouter): Promise<void> {
  void client.prefetchQuery(sessionQuery);
  const started = startTexts();
  const read = router.load().then(() => allRead(client));
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, patienceMs);
  });
  await Promise.race([read, patience]);
  await started;
}

/** When nothing is asked of the server any more. */
async function allRead(client: QueryClient): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (client.isFetching() > 0) return;
      stop();
      resolve();
    };
    const stop = client.getQueryCache().subscribe(look);
    look();
  });
}
