/*
 * How the app ends: whoever wants it to (people, a log-off, an update), the work stops FFmpeg, gives back what it held and
 * closes its database; then the app goes, and after the deadline it goes anyway. People who quit while something is encoded are
 * asked once what they mean.
 */

export type Life =
  | { state: 'running' }
  /** The question stands on the screen. */
  | { state: 'asking' }
  | { state: 'finishing'; goal: LifeEnd; deadlineMs: number; isKilled: boolean }
  | { state: 'stopped'; goal: LifeEnd };

export type LifeEnd = 'exit' | 'restart' | 'install-update';

/** What people mean by quitting while something is encoded. */
export type QuitAnswer = 'finish-first' | 'quit-now' | 'go-on';

export type LifeEvent =
  /** People quit; `isWorking`: something is encoded now. */
  | { kind: 'quit'; isWorking: boolean }
  | { kind: 'answer'; answer: QuitAnswer }
  /** An end that asks nobody: an update, a signal, or everything is done and they wanted it to quit then. */
  | { kind: 'end'; goal: LifeEnd }
  /** The system goes down or the session ends: it waits for nobody for long. */
  | { kind: 'session-ends' }
  /** All processes of the work are gone. */
  | { kind: 'work-ended' }
  | { kind: 'tick' };

export type LifeAction = 'ask' | 'quit-when-done' | 'stop-work' | 'kill-work' | LifeEnd;

/** FFmpeg is asked, then ended; parts are flushed to the disk; a backup of the database may be running. */
const patienceMs = 20_000;
/** What systems give programs before they end them: Windows 5 s, macOS and systemd longer. */
const sessionPatienceMs = 4_000;
/** Between the kill and going away: nothing of it runs any more. */
const killPatienceMs = 1_500;

/** At the start. */
export const alive: Life = { state: 'running' };

/** What an event makes of the life, and what is to be done. `nowMs` is monotonic. */
export function live(life: Life, event: LifeEvent, nowMs: number): { life: Life; actions: readonly LifeAction[] } {
  if (life.state === 'stopped') return { life, actions: [] };
  const isUp = life.state === 'running' || life.state === 'asking';
  switch (event.kind) {
    case 'quit':
      if (life.state !== 'running') return { life, actions: [] };
      return event.isWorking ? { life: { state: 'asking' }, actions: ['ask'] } : begin('exit', nowMs + patienceMs);
    case 'answer':
      // A log-off did not wait for it.
      return life.state === 'asking' ? answered(event.answer, nowMs) : { life, actions: [] };
    case 'end':
      return isUp ? begin(event.goal, nowMs + patienceMs) : { life, actions: [] };
    case 'session-ends': {
      const deadlineMs = nowMs + sessionPatienceMs;
      if (isUp) return begin('exit', deadlineMs);
      // A session that ends starts nothing again.
      return { life: { ...life, goal: 'exit', deadlineMs: Math.min(life.deadlineMs, deadlineMs) }, actions: [] };
    }
    case 'work-ended':
      return life.state === 'finishing' ? stop(life.goal) : { life, actions: [] };
    case 'tick': {
      if (isUp || nowMs < life.deadlineMs) return { life, actions: [] };
      if (life.isKilled) return stop(life.goal);
      return { life: { ...life, isKilled: true, deadlineMs: nowMs + killPatienceMs }, actions: ['kill-work'] };
    }
  }
}

function answered(answer: QuitAnswer, nowMs: number): ReturnType<typeof live> {
  switch (answer) {
    case 'finish-first':
      return { life: alive, actions: ['quit-when-done'] };
    case 'quit-now':
      return begin('exit', nowMs + patienceMs);
    case 'go-on':
      return { life: alive, actions: [] };
  }
}

function begin(goal: LifeEnd, deadlineMs: number): ReturnType<typeof live> {
  return { life: { state: 'finishing', goal, deadlineMs, isKilled: false }, actions: ['stop-work'] };
}

function stop(goal: LifeEnd): ReturnType<typeof live> {
  return { life: { state: 'stopped', goal }, actions: [goal] };
}
