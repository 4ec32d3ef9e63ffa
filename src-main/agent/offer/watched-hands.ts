import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Assignment, TaskEnding } from '#shared/protocol/node.ts';
import type { Hands } from '../hands.ts';

export type WatchedHands = {
  watched: (hands: Hands) => Hands;
  /** Since when nothing is done, milliseconds; 0 while something is. */
  idleMs: () => number;
};

/** Failures that a driver or a GPU may be behind. */
const hardwareFailures: ReadonlySet<string> = new Set(['encoder-failed', 'encoder-missing', 'stalled', 'bad-output']);

/** Hands that say when they begin something, and which hardware encoders may have failed at it. */
export function watchedHands(
  clock: Clock,
  news: { onBegin: () => void; onHardwareFailure: (encoder: string) => void },
): WatchedHands {
  let active = 0;
  let idleSinceMs = clock.monotonicMs();
  return {
    idleMs: () => (active > 0 ? 0 : clock.monotonicMs() - idleSinceMs),
    watched: (hands) => ({
      ...hands,
      execute: async (assignment, tools) => {
        active += 1;
        news.onBegin();
        try {
          const ending = await hands.execute(assignment, tools);
          for (const encoder of suspectsOf(assignment, ending)) news.onHardwareFailure(encoder);
          return ending;
        } finally {
          active -= 1;
          idleSinceMs = clock.monotonicMs();
        }
      },
    }),
  };
}

function suspectsOf({ task, choice }: Assignment, ending: TaskEnding): Set<string> {
  if (ending.kind !== 'failed' || task.type !== 'video' || !hardwareFailures.has(ending.code)) return new Set();
  return new Set(task.renditions.map((id) => choice[id] ?? '').filter(isHardwareEncoder));
}
