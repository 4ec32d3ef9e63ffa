import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

export type PasswordInput = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * A new password: the first line of a pipe or file; from a terminal typed twice, unseen. Never an argument, which every
 * process of the machine could read. Null where there was none, or the two were not the same.
 */
export async function readNewPassword(input: PasswordInput, ask: (text: string) => void): Promise<string | null> {
  const isTyped = input.isTTY === true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: isTyped });
  try {
    const first = await nextLine(lines, isTyped ? () => ask('New password: ') : () => {});
    if (!isTyped || first === null) return first;
    const second = await nextLine(lines, () => ask('\nOnce more: '));
    ask('\n');
    return second === first ? first : null;
  } finally {
    lines.close();
  }
}

/** Null at the end of the input, or when somebody breaks off (Ctrl+C, Ctrl+D). */
function nextLine(lines: Interface, prompt: () => void): Promise<string | null> {
  return new Promise((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
    prompt();
  });
}
