import type { DeskFacts } from './facts.ts';

/** As Electron's `setProgressBar` takes it: below 0 is none, above 1 is without an end. */
export type TaskbarProgress = { value: number; mode: 'none' | 'normal' | 'indeterminate' | 'error' | 'paused' };

/** What the taskbar and the dock show behind the icon. */
export function taskbarProgress({ server, node, queue, lentTasks, pause }: DeskFacts): TaskbarProgress {
  const progress = queue !== null && queue.running > 0 ? queue.progress : null;
  if (server === 'broken' || node === 'broken') return { value: progress ?? 1, mode: 'error' };
  // How far a task of another server's film is, only that server knows.
  if (queue === null || queue.running === 0) {
    return lentTasks > 0 && pause === null ? { value: 2, mode: 'indeterminate' } : { value: -1, mode: 'none' };
  }
  if (progress === null) return { value: 2, mode: 'indeterminate' };
  return { value: progress, mode: pause === null ? 'normal' : 'paused' };
}
