import type { ResourceClass } from '#shared/model/plan.ts';
import type { NodeSlots } from '#shared/model/node.ts';

/*
 * Who does what, as a pure function of what can begin and who is there.
 */

export type Candidate = { taskId: string; type: string; resource: ResourceClass };

export type Worker = {
  nodeId: string;
  packages: boolean;
  /** False while it rests or is being drained. */
  takesWork: boolean;
  free: NodeSlots;
};

export type Pairing = { taskId: string; nodeId: string };

const packagingTypes = new Set(['package', 'validate', 'publish']);

/** Gives each task, in their order, to the node with most room for its kind. */
export function assign(tasks: readonly Candidate[], workers: readonly Worker[]): Pairing[] {
  const free = new Map(workers.map(({ nodeId, free: slots }) => [nodeId, { ...slots }]));
  const pairs: Pairing[] = [];
  for (const task of tasks) {
    const [best] = workers
      .filter((worker) => mayTake(worker, task) && room(free, worker.nodeId, task.resource) > 0)
      .sort((a, b) => room(free, b.nodeId, task.resource) - room(free, a.nodeId, task.resource));
    if (best === undefined) continue;
    const slots = free.get(best.nodeId);
    if (slots !== undefined) slots[task.resource] -= 1;
    pairs.push({ taskId: task.taskId, nodeId: best.nodeId });
  }
  return pairs;
}

/** Whether a node could do the task at all, leaving room aside. */
export function mayTake(worker: Pick<Worker, 'packages' | 'takesWork'>, task: Pick<Candidate, 'type'>): boolean {
  return worker.takesWork && (worker.packages || !packagingTypes.has(task.type));
}

function room(free: ReadonlyMap<string, NodeSlots>, nodeId: string, resource: ResourceClass): number {
  return free.get(nodeId)?.[resource] ?? 0;
}
