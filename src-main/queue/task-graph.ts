import type { TaskState } from '#shared/model/job.ts';
import type { PlannedTask, ResourceClass } from '#shared/model/plan.ts';

/*
 * Which tasks of a job can begin. A value: every change gives a new graph, and time is an argument.
 */

export type TaskRecord = {
  task: PlannedTask;
  state: TaskState;
  /** How often it was begun. */
  attempts: number;
  /** While waiting: when it may begin again, on the clock of the caller. */
  notBeforeMs: number | null;
};

export type TaskGraph = ReadonlyMap<string, TaskRecord>;

export type FreeSlots = Readonly<Record<ResourceClass, number>>;

export type TaskEvent =
  | 'unblock'
  | 'block'
  | 'start'
  | 'complete'
  | 'fail'
  | 'postpone'
  | 'interrupt'
  | 'redo'
  | 'cancel'
  | 'retry';

/** Every change of state that there is. */
const transitions: Readonly<Record<TaskState, Readonly<Partial<Record<TaskEvent, TaskState>>>>> = {
  blocked: { unblock: 'ready', cancel: 'cancelled' },
  ready: { start: 'leased', block: 'blocked', cancel: 'cancelled' },
  leased: {
    complete: 'completed',
    fail: 'failed',
    postpone: 'waiting',
    interrupt: 'ready',
    block: 'blocked',
    cancel: 'cancelled',
  },
  waiting: { start: 'leased', interrupt: 'ready', block: 'blocked', cancel: 'cancelled' },
  completed: { redo: 'ready' },
  failed: { retry: 'blocked' },
  cancelled: { retry: 'blocked' },
};

/** The state that follows. RangeError for a change that there is not. */
export function nextTaskState(state: TaskState, event: TaskEvent, id: string): TaskState {
  const next = transitions[state][event];
  if (next === undefined) throw new RangeError(`task ${id} is ${state}: it can't ${event}`);
  return next;
}

/** A job as it was written down; what of it is consistent is for who wrote it. */
export function graphOf(records: readonly TaskRecord[]): TaskGraph {
  return new Map(records.map((record) => [record.task.id, record]));
}

/** A job at its beginning. RangeError for a task that is there twice, needs what isn't there, or needs itself. */
export function taskGraph(tasks: readonly PlannedTask[]): TaskGraph {
  const graph = new Map<string, TaskRecord>();
  for (const task of tasks) {
    if (graph.has(task.id)) throw new RangeError(`two tasks are called ${task.id}`);
    graph.set(task.id, { task, state: 'blocked', attempts: 0, notBeforeMs: null });
  }
  for (const { id, dependsOn } of tasks) {
    const missing = dependsOn.find((need) => !graph.has(need));
    if (missing !== undefined) throw new RangeError(`${id} needs ${missing}, which is not there`);
  }
  refuseCircles(graph);
  return settled(graph);
}

/**
 * What to begin now: the highest priority first, then the heaviest, then by name; no more of a resource class than there are
 * free slots.
 */
export function nextTasks(graph: TaskGraph, free: FreeSlots, nowMs: number): PlannedTask[] {
  const left = { ...free };
  return [...graph.values()]
    .filter((record) => canBegin(record, nowMs))
    .map(({ task }) => task)
    .sort((a, b) => b.priority - a.priority || b.weight - a.weight || (a.id < b.id ? -1 : 1))
    .filter(({ resource }) => {
      left[resource] -= 1;
      return left[resource] >= 0;
    });
}

/** When the first waiting task may begin; null when none waits. */
export function nextWakeMs(graph: TaskGraph): number | null {
  const times = [...graph.values()].flatMap(({ notBeforeMs }) => (notBeforeMs === null ? [] : [notBeforeMs]));
  return times.length === 0 ? null : Math.min(...times);
}

/** A task begins; it counts as an attempt. */
export function taskStarted(graph: TaskGraph, id: string): TaskGraph {
  return changed(graph, id, 'start', ({ attempts }) => ({ attempts: attempts + 1 }));
}

/** Its parts are there; what needed them may follow. */
export function taskCompleted(graph: TaskGraph, id: string): TaskGraph {
  return settled(changed(graph, id, 'complete'));
}

/** For good; all that needs it is cancelled. */
export function taskFailed(graph: TaskGraph, id: string): TaskGraph {
  let next = changed(graph, id, 'fail');
  for (const needing of dependentsOf(graph, id)) {
    if (isOpen(next, needing)) next = changed(next, needing, 'cancel');
  }
  return next;
}

/** It failed and may try again, not before a time. */
export function taskPostponed(graph: TaskGraph, id: string, notBeforeMs: number): TaskGraph {
  return changed(graph, id, 'postpone', () => ({ notBeforeMs }));
}

/** Its node gave it back, or was lost with it: the task is as it was before, and it doesn't count as an attempt. */
export function taskReleased(graph: TaskGraph, id: string): TaskGraph {
  return changed(graph, id, 'interrupt', ({ attempts }) => ({ attempts: attempts - 1 }));
}

/**
 * What the task made, or is making, does not count any more: it is to be done anew, with its attempts before it, and so is
 * all that was made of it.
 */
export function taskReset(graph: TaskGraph, id: string): TaskGraph {
  const { state } = recordOf(graph, id);
  if (state === 'ready' || state === 'blocked') return graph;
  let next = begunAnew(graph, id);
  for (const needing of dependentsOf(graph, id)) {
    if (!isOpen(next, needing) && recordOf(next, needing).state !== 'completed') continue;
    if (recordOf(next, needing).state === 'blocked') continue;
    next = changed(begunAnew(next, needing), needing, 'block');
  }
  return next;
}

/** Nothing begins any more, until it goes on. */
export function graphHeld(graph: TaskGraph): TaskGraph {
  let next = graph;
  for (const { task, state } of graph.values()) {
    if (state === 'leased') next = changed(taskReleased(next, task.id), task.id, 'block');
    else if (state === 'ready' || state === 'waiting') next = changed(next, task.id, 'block');
  }
  return next;
}

/** A held job goes on. */
export function graphResumed(graph: TaskGraph): TaskGraph {
  return settled(graph);
}

/** What failed or was called off is to be done after all, with its attempts before it; what was done stays done. */
export function graphRetried(graph: TaskGraph): TaskGraph {
  let next = graph;
  for (const { task, state } of graph.values()) {
    if (state === 'failed' || state === 'cancelled') next = changed(next, task.id, 'retry', () => ({ attempts: 0 }));
  }
  return settled(next);
}

/** Nothing more is to be done. */
export function graphCancelled(graph: TaskGraph): TaskGraph {
  let next = graph;
  for (const id of graph.keys()) if (isOpen(next, id)) next = changed(next, id, 'cancel');
  return next;
}

/** Null while anything can still happen. */
export function graphEnd(graph: TaskGraph): 'completed' | 'failed' | 'cancelled' | null {
  const states = [...graph.values()].map(({ state }) => state);
  if (states.every((state) => state === 'completed')) return 'completed';
  if (states.some((state) => !isFinal(state))) return null;
  return states.includes('failed') ? 'failed' : 'cancelled';
}

function begunAnew(graph: TaskGraph, id: string): TaskGraph {
  const { state } = recordOf(graph, id);
  if (state === 'ready') return graph;
  return changed(graph, id, state === 'completed' ? 'redo' : 'interrupt', () => ({ attempts: 0 }));
}

function canBegin({ state, notBeforeMs }: TaskRecord, nowMs: number): boolean {
  return state === 'ready' || (state === 'waiting' && notBeforeMs !== null && notBeforeMs <= nowMs);
}

function changed(
  graph: TaskGraph,
  id: string,
  event: TaskEvent,
  also: (before: TaskRecord) => Partial<TaskRecord> = () => ({}),
): TaskGraph {
  const before = recordOf(graph, id);
  const state = nextTaskState(before.state, event, id);
  return new Map(graph).set(id, { ...before, notBeforeMs: null, ...also(before), state });
}

/** Unblocks all whose needs are met. */
function settled(graph: TaskGraph): TaskGraph {
  let next = graph;
  for (const { task, state } of graph.values()) {
    const met = task.dependsOn.every((need) => recordOf(graph, need).state === 'completed');
    if (state === 'blocked' && met) next = changed(next, task.id, 'unblock');
  }
  return next;
}

function dependentsOf(graph: TaskGraph, id: string): Set<string> {
  const found = new Set<string>([id]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { task } of graph.values()) if (task.dependsOn.some((need) => found.has(need))) found.add(task.id);
  }
  found.delete(id);
  return found;
}

function refuseCircles(graph: TaskGraph): void {
  const done = new Set<string>();
  for (let size = -1; size !== done.size; ) {
    size = done.size;
    for (const { task } of graph.values()) if (task.dependsOn.every((need) => done.has(need))) done.add(task.id);
  }
  const circle = [...graph.keys()].filter((id) => !done.has(id));
  if (circle.length > 0) throw new RangeError(`tasks need each other in a circle: ${circle.join(', ')}`);
}

function recordOf(graph: TaskGraph, id: string): TaskRecord {
  const record = graph.get(id);
  if (record === undefined) throw new RangeError(`there is no task ${id}`);
  return record;
}

function isOpen(graph: TaskGraph, id: string): boolean {
  return !isFinal(recordOf(graph, id).state);
}

function isFinal(state: TaskState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
