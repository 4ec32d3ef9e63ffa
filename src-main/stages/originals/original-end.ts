/** How an attempt to do what a profile asks ended. */
export type OriginalEnd =
  | { state: 'held' | 'replaced' | 'restored' | 'expired' }
  /** For good: the film is where it was, or where the row says. */
  | { state: 'failed'; error: string }
  /** It is tried again later. */
  | { state: 'later'; error: string };

export type Refusal = Extract<OriginalEnd, { error: string }>;

/** Ends it for good, with one sentence for people. */
export function failed(error: string): Refusal {
  return { state: 'failed', error };
}

/** To be tried again. */
export function later(error: string): Refusal {
  return { state: 'later', error };
}
