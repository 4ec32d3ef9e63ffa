import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import type { NodeLimits, NodeSlots, TriedEncoder } from '#shared/model/node.ts';

/**
 * One task for two cores: FFmpeg's own threads fill them. One disk-bound task and one GPU session, as S2 has it; none where
 * no hardware encoder was proven, whatever drivers say.
 */
export function slotsOf(cores: number, hasHardware: boolean): NodeSlots {
  const pairs = Math.max(1, Math.floor(cores / 2));
  return { cpu: pairs, io: 1, 'gpu-encode': hasHardware ? 1 : 0, 'gpu-scale': pairs };
}

/** What the owner says counts, but for a kind that the machine can't do at all. Fewer cores are fewer tasks. */
export function allowedSlots(
  machine: { cores: number; encoders: readonly TriedEncoder[] },
  { slots: wanted }: Pick<NodeLimits, 'slots'>,
): NodeSlots {
  const own = slotsOf(machine.cores, hasProvenHardware(machine.encoders));
  const allowed = (kind: keyof NodeSlots): number => (own[kind] === 0 ? 0 : (wanted?.[kind] ?? own[kind]));
  return {
    cpu: allowed('cpu'),
    io: allowed('io'),
    'gpu-encode': allowed('gpu-encode'),
    'gpu-scale': allowed('gpu-scale'),
  };
}

function hasProvenHardware(encoders: readonly TriedEncoder[]): boolean {
  return encoders.some(({ name, works }) => works && isHardwareEncoder(name));
}
