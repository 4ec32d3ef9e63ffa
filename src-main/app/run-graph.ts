import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { afterFailure } from '#main/queue/retry-policy.ts';
import {
  type FreeSlots,
  graphEnd,
  nextTasks,
  nextWakeMs,
  type TaskGraph,
  taskCompleted,
  taskFailed,
  taskGraph,
  taskPostponed,
  taskReset,
  taskStarted,
} from '#main/queue/task-graph.ts';
import type { TaskFailureCode } from '#shared/model/failure.ts';
import type { PlannedTask, ResourceClass } from '#shared/model/plan.ts';

export type TaskFailure = { code: TaskFailureCode; message: string; stderrTail: readonly string[] };
export type TaskEnd =
  | { ok: true }
  | ({ ok: false } & TaskFailure)
  /** An earlier task's parts turned out to be unusable: it has to be done again, and then this one. */
  | { ok: false; code: 'redo'; task: string; message: string };

export type GraphRun = {
  tasks: readonly PlannedTask[];
  slots: FreeSlots;
  clock: Clock;
  log: Logger;
  /** Ends the run: what is running is stopped and waited for. */
  signal: AbortSignal;
  /** Does one task. What it throws ends the job as it is. */
  execute(task: PlannedTask, attempt: number, signal: AbortSignal): Promise<TaskEnd>;
  usesHardware(task: PlannedTask): boolean;
  /** Chooses software encoders for the rest of the job; answers why it can't, or null. */
  fallBack(failure: TaskFailure): Promise<string | null>;
  /** True when the job can do without what failed, and was told so. */
  goWithout(task: PlannedTask, failure: TaskFailure): boolean;
  /** Called after every change. */
  onChange(graph: TaskGraph): void;
};

export type GraphEnd =
  | { ok: true }
  /** `askUser` is true when the same job can go on after a person did something. */
  | { ok: false; failure: TaskFailure; task: string; askUser: boolean };

type Ended = { task: PlannedTask; end: TaskEnd };

/**
 * Runs all tasks of a job on this machine, as many at a time as there are slots. Throws what a task throws, and the reason
 * of an aborted signal, after everything that was running has ended.
 */
export async function runGraph(run: GraphRun): Promise<GraphEnd> {
  const { clock, log, signal } = run;
  const controller = new AbortController();
  const both = AbortSignal.any([signal, controller.signal]);
  const running = new Map<string, { task: PlannedTask; stop: AbortController; ended: Promise<Ended> }>();
  let graph = taskGraph(run.tasks);
  let slots: Record<ResourceClass, number> = { ...run.slots };

  const begin = (task: PlannedTask): void => {
    graph = taskStarted(graph, task.id);
    const stop = new AbortController();
    const attempt = graph.get(task.id)?.attempts ?? 1;
    const ended = run
      .execute(task, attempt, AbortSignal.any([both, stop.signal]))
      .then((end): Ended => ({ task, end }));
    running.set(task.id, { task, stop, ended });
  };
  const free = (): FreeSlots => {
    const left = { ...slots };
    for (const { task } of running.values()) left[task.resource] -= 1;
    return left;
  };
  /** Encoders are the job's: the other chunks are begun anew with the new ones, and finished ones are looked at again. */
  const restartVideo = async (): Promise<void> => {
    const others = [...running.values()].filter(({ task }) => task.type === 'video');
    for (const { stop } of others) stop.abort();
    for (const { task, ended } of others) {
      await ended;
      running.delete(task.id);
    }
    for (const { task, state } of graph.values()) {
      if (task.type === 'video' && state !== 'blocked') graph = taskReset(graph, task.id);
    }
  };

  try {
    while (graphEnd(graph) === null) {
      signal.throwIfAborted();
      for (const task of nextTasks(graph, free(), clock.monotonicMs())) begin(task);
      run.onChange(graph);
      const ended = await nextEvent(running, nextWakeMs(graph), clock, signal);
      if (ended === null) continue;
      const { task, end } = ended;
      running.delete(task.id);
      if (end.ok) {
        graph = taskCompleted(graph, task.id);
        continue;
      }
      signal.throwIfAborted();
      if (end.code === 'redo') {
        log.warn({ task: task.id, redo: end.task }, end.message);
        graph = taskReset(taskReset(graph, task.id), end.task);
        continue;
      }
      const attempts = graph.get(task.id)?.attempts ?? 1;
      const next = afterFailure({ code: end.code, attempts, usesHardware: run.usesHardware(task) });
      log.warn({ task: task.id, attempts, code: end.code, next }, end.message);
      switch (next.action) {
        case 'retry-with-fewer':
          slots = { ...slots, [task.resource]: Math.max(1, Math.floor(slots[task.resource] / 2)) };
          graph = taskPostponed(graph, task.id, clock.monotonicMs() + next.delayMs);
          break;
        case 'retry':
          graph = taskPostponed(graph, task.id, clock.monotonicMs() + next.delayMs);
          break;
        case 'fall-back': {
          const impossible = await run.fallBack(end);
          if (impossible !== null) {
            graph = taskFailed(graph, task.id);
            const failure = { ...end, message: `${end.message}; ${impossible}` };
            return { ok: false, failure, task: task.id, askUser: false };
          }
          await restartVideo();
          // What waited for the GPU waits for the processor now.
          slots = { ...slots, 'gpu-encode': slots.cpu };
          break;
        }
        case 'give-up':
          if (run.goWithout(task, end)) {
            graph = taskCompleted(graph, task.id);
            break;
          }
          graph = taskFailed(graph, task.id);
          return { ok: false, failure: end, task: task.id, askUser: false };
        case 'ask-user':
        case 'stop':
          graph = taskFailed(graph, task.id);
          return { ok: false, failure: end, task: task.id, askUser: next.action === 'ask-user' };
      }
    }
    run.onChange(graph);
    return { ok: true };
  } finally {
    controller.abort();
    await Promise.allSettled([...running.values()].map(({ ended }) => ended));
  }
}

/** The first task that ends; null when a waiting one may begin, or a stop is asked for. */
async function nextEvent(
  running: ReadonlyMap<string, { ended: Promise<Ended> }>,
  wakeMs: number | null,
  clock: Clock,
  signal: AbortSignal,
): Promise<Ended | null> {
  let cancelTimer = (): void => {};
  let onAbort = (): void => {};
  const interrupted = new Promise<null>((settle) => {
    onAbort = () => settle(null);
    signal.addEventListener('abort', onAbort, { once: true });
    if (wakeMs !== null) cancelTimer = clock.after(Math.max(0, wakeMs - clock.monotonicMs()), onAbort);
  });
  try {
    return await Promise.race([interrupted, ...[...running.values()].map(({ ended }) => ended)]);
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', onAbort);
  }
}
