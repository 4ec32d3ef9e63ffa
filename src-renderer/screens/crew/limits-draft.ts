import type { UseFormReturnType } from '@mantine/form';
import { type NodeLimits, nodeLimits, type PathMap } from '#shared/model/node.ts';
import { type ResourceClass, resourceClass } from '#shared/model/plan.ts';
import type { NodeView } from '#shared/protocol/nodes.ts';

/** A number as an input holds it: nothing typed is ''. */
export type Typed = number | string;

export type LimitsForm = UseFormReturnType<LimitsDraft>;

/** Limits, tags and folders of a node while somebody edits them. */
export type LimitsDraft = {
  limits: Omit<NodeLimits, 'slots' | 'threads' | 'maxTemperatureC' | 'cpuSet' | 'gpuIndex' | 'niceness'> & {
    slots: Record<ResourceClass, Typed>;
    niceness: Typed;
    threads: Typed;
    maxTemperatureC: Typed;
    cpuSet: string;
    gpuIndex: string | null;
  };
  tags: string[];
  pathMaps: PathMap[];
};

/** What is set for a node, ready to be edited. */
export function draftOf({ limits, tags, pathMaps }: NodeView): LimitsDraft {
  return {
    limits: {
      ...limits,
      slots: {
        'gpu-encode': limits.slots?.['gpu-encode'] ?? '',
        'gpu-scale': limits.slots?.['gpu-scale'] ?? '',
        cpu: limits.slots?.cpu ?? '',
        io: limits.slots?.io ?? '',
      },
      threads: limits.threads ?? '',
      maxTemperatureC: limits.maxTemperatureC ?? '',
      cpuSet: limits.cpuSet ?? '',
      gpuIndex: limits.gpuIndex === null ? null : String(limits.gpuIndex),
    },
    tags,
    pathMaps,
  };
}

/** What a draft asks for; empty fields leave it to the machine. */
export function changeOf({ limits, tags, pathMaps }: LimitsDraft) {
  const slots = resourceClass.options.flatMap((kind) => {
    const most = limits.slots[kind];
    return typeof most === 'number' ? [[kind, most] as const] : [];
  });
  return {
    limits: {
      ...limits,
      slots: slots.length === 0 ? null : Object.fromEntries(slots),
      niceness: typeof limits.niceness === 'number' ? limits.niceness : nodeLimits.shape.niceness.parse(undefined),
      threads: numberOf(limits.threads),
      maxTemperatureC: numberOf(limits.maxTemperatureC),
      cpuSet: limits.cpuSet.trim() === '' ? null : limits.cpuSet.trim(),
      gpuIndex: limits.gpuIndex === null ? null : Number(limits.gpuIndex),
    },
    tags,
    pathMaps,
  };
}

function numberOf(typed: Typed): number | null {
  return typeof typed === 'number' ? typed : null;
}
