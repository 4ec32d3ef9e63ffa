import type { Clock } from '#main/platform/clock.ts';
import {
  alive,
  type Life,
  type LifeAction,
  type LifeEnd,
  type LifeEvent,
  live,
  type QuitAnswer,
} from './decide/life.ts';

export type Ending = {
  isFinishing: () => boolean;
  isOver: () => boolean;
  /** People quit: they are asked what they mean where that would cut something short. */
  quit: () => void;
  /** Ends the app without a question; what was asked first counts. */
  end: (goal: LifeEnd) => void;
  sessionEnds: () => void;
};

export type EndingOptions = {
  clock: Clock;
  /** Resolves when nothing of the work runs any more. */
  stopWork: () => Promise<void>;
  killWork: () => void;
  /** Quitting would cut something short. */
  isWorking: () => boolean;
  ask: () => Promise<QuitAnswer>;
  quitWhenDone: () => void;
  /** The last thing that happens. */
  go: (goal: LifeEnd) => void;
  /** It begins to finish. */
  changed: () => void;
};

const tickMs = 250;

/** Lets the app end by the rules of its life. */
export function openEnding(options: EndingOptions): Ending {
  const { clock, stopWork, killWork, go, changed } = options;
  let life: Life = alive;
  const happen = (event: LifeEvent): void => {
    const wasFinishing = life.state === 'finishing';
    const next = live(life, event, clock.monotonicMs());
    life = next.life;
    next.actions.forEach(act);
    if (!wasFinishing && life.state === 'finishing') {
      changed();
      tick();
    }
  };
  const act = (action: LifeAction): void => {
    switch (action) {
      case 'ask':
        // A question that can't be asked is no answer: nothing ends by it.
        void options.ask().then(answered, () => answered('go-on'));
        return;
      case 'quit-when-done':
        return options.quitWhenDone();
      case 'stop-work':
        void stopWork().then(ended, ended);
        return;
      case 'kill-work':
        return killWork();
      default:
        return go(action);
    }
  };
  const answered = (answer: QuitAnswer): void => happen({ kind: 'answer', answer });
  const ended = (): void => happen({ kind: 'work-ended' });
  const tick = (): void => {
    if (life.state !== 'finishing') return;
    happen({ kind: 'tick' });
    clock.after(tickMs, tick);
  };
  return {
    isFinishing: () => life.state === 'finishing' || life.state === 'stopped',
    isOver: () => life.state === 'stopped',
    quit: () => happen({ kind: 'quit', isWorking: options.isWorking() }),
    end: (goal) => happen({ kind: 'end', goal }),
    sessionEnds: () => happen({ kind: 'session-ends' }),
  };
}
