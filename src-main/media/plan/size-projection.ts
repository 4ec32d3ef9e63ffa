import type { EncodePlan } from '#shared/model/plan.ts';

/** What has been written so far, and how much of the whole it is. */
export type SizeSoFar = {
  videoBytes: number;
  /** 0 to 1. */
  videoShare: number;
  audioBytes: number;
  audioShare: number;
};

/** Less of a film says nothing about the rest: openings are dark and still. */
const tellingShare = 0.1;

/** How large all parts together will be; null before a tenth of the pictures is done. */
export function projectedBytes(plan: Pick<EncodePlan, 'audio' | 'durationSec'>, so: SizeSoFar): number | null {
  if (so.videoShare < tellingShare) return null;
  const planned = plan.audio.reduce((sum, { bitrateBps }) => sum + ((bitrateBps ?? 0) / 8) * plan.durationSec, 0);
  const audio = so.audioShare < tellingShare ? planned : so.audioBytes / so.audioShare;
  return so.videoBytes / so.videoShare + audio;
}
