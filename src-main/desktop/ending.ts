import type { Clock } from '#main/platform/clock.ts';
import { alive, type Life, type LifeEnd, type LifeEvent, live } from './decide/life.ts';

export type Ending = {
  isFinishing: () => boolean;
  isOver: () => boolean;
  /** Ends the app; what was asked first counts. */
  end: (goal: LifeEnd) => void;
  sessionEnds: () => void;
};

export type EndingOptions = {
  clock: Clock;
  /** Resolves when nothing of the work runs any more. */
  stopWork: () => Promise<void>;
  killWork: () => void;
  /** The last thing that happens. */
  go: (goal: LifeEnd) => void;
  /** It begins to finish. */
  changed: () => void;
};

const tickMs = 250;

/** Lets the app end by the rules of its life. */
export function openEnding({ clock, stopWork, killWork, go, changed }: EndingOptions): Ending {
  let life: Life = alive;
  const happen = (event: LifeEvent): void => {
    const wasRunning = life.state === 'running';
    const next = live(life, event, clock.monotonicMs());
    life = next.life;
    for (const action of next.actions) {
      if (action === 'kill-work') killWork();
      else if (action !== 'stop-work') go(action);
      else void stopWork().then(ended, ended);
    }
    if (wasRunning && life.state === 'finishing') {
      changed();
      tick();
    }
  };
  const ended = (): void => happen({ kind: 'work-ended' });
  const tick = (): void => {
    if (life.state !== 'finishing') return;
    happen({ kind: 'tick' });
    clock.after(tickMs, tick);
  };
  return {
    isFinishing: () => life.state !== 'running',
    isOver: () => life.state === 'stopped',
    end: (goal) => happen({ kind: 'end', goal }),
    sessionEnds: () => happen({ kind: 'session-ends' }),
  };
}
