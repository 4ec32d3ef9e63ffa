import { tell } from './client.ts';

/** S3 2.5: what goes wrong in a page is told to the server; never more than this in one visit. */
const mostReports = 20;
let reports = 0;

/** Hears of everything that no code caught. */
export function reportPageErrors(page: Window): void {
  page.addEventListener('error', ({ error, message }) => reportPageError(error ?? message));
  page.addEventListener('unhandledrejection', ({ reason }) => reportPageError(reason));
}

/** Tells the server of an error, with the screen it happened on. */
export function reportPageError(error: unknown): void {
  if ((reports += 1) > mostReports) return;
  void report(error);
}

async function report(error: unknown): Promise<void> {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 2_000) || 'an error without words';
  const stackTrace = error instanceof Error ? (error.stack ?? null)?.slice(0, 16_000) : null;
  const context = { path: location.pathname, userAgent: navigator.userAgent };
  try {
    await tell('POST', '/errors', { body: { message, stackTrace, context } });
  } catch {
    // Nothing can be done about an error that can't be told.
  }
}
