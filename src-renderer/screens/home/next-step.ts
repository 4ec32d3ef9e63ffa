/** What helps after a failure, as a key of the texts' `next`. */
export type NextStep = 'replace' | 'room' | 'rights' | 'encoder' | 'memory' | 'expired' | 'again';

const steps: Readonly<Record<string, NextStep>> = {
  'bad-input': 'replace',
  'not-found': 'replace',
  'not-media': 'replace',
  'not-a-file': 'replace',
  empty: 'replace',
  'truncated-no-index': 'replace',
  'disguised-playlist': 'replace',
  unreadable: 'rights',
  'disk-full': 'room',
  permission: 'rights',
  'encoder-missing': 'encoder',
  'encoder-failed': 'encoder',
  'no-encoder': 'encoder',
  'out-of-memory': 'memory',
  expired: 'expired',
};

/** What helps after a failure of that code; `again` where nothing better is known. */
export function nextStepOf(code: string): NextStep {
  return steps[code] ?? 'again';
}
