import { type DeskFacts, isWorking } from './facts.ts';
import type { QuitAnswer } from './life.ts';
import type { Words } from './words/words.ts';

/** Whether quitting would cut something short. What people have paused is put down already. */
export function cutsShort(facts: DeskFacts): boolean {
  return facts.pause === null && isWorking(facts);
}

const answers: readonly QuitAnswer[] = ['finish-first', 'quit-now', 'go-on'];

/** As Electron's `showMessageBox` takes it. */
export type QuitQuestion = {
  type: 'question';
  title: string;
  message: string;
  detail: string;
  buttons: string[];
  defaultId: number;
  cancelId: number;
  /** Windows would make links of the buttons. */
  noLink: boolean;
};

/** The system's own question: Enter finishes first, Escape and the close button go on. */
export function quitQuestion({ quitting }: Words): QuitQuestion {
  return {
    ...{ type: 'question', title: 'Encrew', message: quitting.question, detail: quitting.detail },
    buttons: [quitting.finishFirst, quitting.quitNow, quitting.goOn],
    ...{ defaultId: answers.indexOf('finish-first'), cancelId: answers.indexOf('go-on'), noLink: true },
  };
}

/** What the button of that number means. */
export function quitAnswer(response: number): QuitAnswer {
  return answers[response] ?? 'go-on';
}
