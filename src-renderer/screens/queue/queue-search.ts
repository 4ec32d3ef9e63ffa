import { z } from 'zod';
import { type JobState, jobState } from '#shared/model/job.ts';
import { jobSort } from '#shared/protocol/jobs.ts';

/** What the queue's address says: filters survive a reload and can be sent to somebody. */
export const queueSearch = z.object({
  state: jobState.array().min(1).optional().catch(undefined),
  search: z.string().min(1).max(200).optional().catch(undefined),
  profile: z.string().min(1).optional().catch(undefined),
  batch: z.string().min(1).optional().catch(undefined),
  sort: jobSort.exclude(['updatedAt']).optional().catch(undefined),
});
export type QueueSearch = z.output<typeof queueSearch>;

/** States as people think of them, in the order of a job's life. */
export const stateGroups = {
  waiting: ['queued'],
  working: ['probing', 'encoding', 'packaging', 'validating', 'publishing'],
  done: ['completed'],
  failed: ['failed'],
  stopped: ['paused', 'cancelled'],
} as const satisfies Record<string, readonly JobState[]>;
export type StateGroup = keyof typeof stateGroups;

/** Whether any state of the group is asked for. */
export function isGroupIn(states: readonly JobState[], group: StateGroup): boolean {
  return stateGroups[group].some((state) => states.includes(state));
}

/** The states with all of the group, or without any. */
export function withGroup(states: readonly JobState[], group: StateGroup, isIn: boolean): JobState[] {
  const others = states.filter((state) => !stateGroups[group].some((one) => one === state));
  return isIn ? [...others, ...stateGroups[group]] : others;
}

/** Those that have a place in the queue: what has ended is not waited for. */
const openStates: readonly JobState[] = [...stateGroups.waiting, ...stateGroups.working, 'paused'];

/** Whether the job may be moved in the queue. */
export function isOpen(state: JobState): boolean {
  return openStates.includes(state);
}

/** What the server is asked for. In the order of the queue that is what stands in it, if no state is chosen. */
export function filterOf({ state, search, profile, batch, sort = '-createdAt' }: QueueSearch) {
  return { state: state ?? (sort === 'queue' ? openStates : []), search, profile, batchId: batch, sort };
}
