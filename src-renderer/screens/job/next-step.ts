/** What somebody can do about a failed job. */
export type NextStep = 'source' | 'disk' | 'node' | 'retry';

const sourceCodes = ['bad-input', 'not-found', 'not-media', 'not-a-file', 'empty', 'disguised-playlist', 'unreadable'];
const planCodes = ['no-video', 'unknown-duration', 'truncated-source', 'truncated-no-index', 'no-sound-left'];
const steps: Readonly<Record<NextStep, readonly string[]>> = {
  source: [...sourceCodes, ...planCodes],
  disk: ['disk-full', 'no-space', 'permission', 'root-offline'],
  node: ['encoder-missing', 'encoder-failed', 'no-encoder', 'no-node', 'node-lost', 'out-of-memory'],
  retry: [],
};

/** By the code of the job's error; codes that say nothing of it are best tried again. */
export function nextStepOf(code: string): NextStep {
  const found = (['source', 'disk', 'node'] as const).find((step) => steps[step].includes(code));
  return found ?? 'retry';
}
