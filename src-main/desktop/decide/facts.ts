import type { DesktopMode, LentStanding, WorkState } from '#shared/protocol/desktop.ts';

/** Asked by people; `untilMs` is the wall clock's time, null until they resume. */
export type Pause = { untilMs: number | null };

/** The queue, in short. */
export type QueueFacts = {
  /** Jobs that something is done for. */
  running: number;
  waiting: number;
  /** Of the running ones together, 0 to 1; null before anything is known. */
  progress: number | null;
};

/** All that the shell's decisions go by. */
export type DeskFacts = {
  mode: DesktopMode | null;
  server: WorkState;
  node: WorkState;
  /** Null where the server is not here, or has not told yet. */
  queue: QueueFacts | null;
  /** Null where this machine is not lent, or has not told yet. */
  lent: LentStanding | null;
  /** Tasks that this machine does for another server. */
  lentTasks: number;
  pause: Pause | null;
  isFinishing: boolean;
  quitWhenDone: boolean;
  isUpdateReady: boolean;
};

/** Before anything was chosen. */
export const noFacts: DeskFacts = {
  mode: null,
  server: 'off',
  node: 'off',
  queue: null,
  lent: null,
  lentTasks: 0,
  pause: null,
  isFinishing: false,
  quitWhenDone: false,
  isUpdateReady: false,
};

/** Whether something is being done on this machine, or by it for others. */
export function isWorking({ queue, lentTasks }: DeskFacts): boolean {
  return (queue?.running ?? 0) > 0 || lentTasks > 0;
}

/** Whether all that was to be done is done. Unknown is not done. */
export function isDone(facts: DeskFacts): boolean {
  const { server, node, queue } = facts;
  if (server === 'starting' || node === 'starting') return false;
  if (server === 'running' && (queue === null || queue.waiting > 0)) return false;
  return !isWorking(facts);
}
