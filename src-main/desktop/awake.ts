import type { PowerPort } from './electron-ports.ts';

/** Answers how to keep the machine from falling asleep, and how to let it again. The display may sleep at any time. */
export function awakeSwitch(blocker: PowerPort['blocker']): (isKept: boolean) => void {
  let id: number | null = null;
  return (isKept) => {
    if (isKept) id ??= blocker.start('prevent-app-suspension');
    else if (id !== null) {
      blocker.stop(id);
      id = null;
    }
  };
}
