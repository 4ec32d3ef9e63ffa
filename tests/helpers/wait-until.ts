import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until `condition` holds; Error that names `what` after `timeoutMs`. What takes long is asked about less
 * often: to ask a server fifty times a second costs it as much as the work that is waited for.
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const begun = performance.now();
  while (!(await condition())) {
    const waitedMs = performance.now() - begun;
    if (waitedMs > timeoutMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await delay(Math.min(200, Math.max(20, waitedMs / 20)));
  }
}
