/** What somebody can do about a failed job. */
export type NextStep = 'source' | 'disk' | 'node' | 'retry';

const steps: Readonly<Record<NextStep, readonly string[]>> = {
  source: ['bad-input', 'no-video', 'unknown-duration', 'truncated-source', 'source-changed', 'no-sound-left'],
  disk: ['disk-full', 'no-space', 'permission', 'root-offline'],
  node: ['encoder-missing', 'encoder-failed', 'no-node', 'no-proven-encoder', 'out-of-memory'],
  retry: [],
};

/** By the code of the job's error; codes that say nothing of it are best tried again. */
export function nextStepOf(code: string): NextStep {
  const found = (['source', 'disk', 'node'] as const).find((step) => steps[step].includes(code));
  return found ?? 'retry';
}
