import type { NodeSlots } from '#shared/model/node.ts';

/** One task for two cores: FFmpeg's own threads fill them. One GPU session and one disk-bound task, as S2 has it. */
export function slotsOf(cores: number): NodeSlots {
  const pairs = Math.max(1, Math.floor(cores / 2));
  return { cpu: pairs, io: 1, 'gpu-encode': 1, 'gpu-scale': pairs };
}
