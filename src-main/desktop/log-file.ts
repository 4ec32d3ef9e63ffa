import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LogFile = {
  /** Absolute; of the newest lines. */
  path: string;
  /** Adds a text that ends with its line. What can't be written is lost: a full disk ends no program. */
  write: (text: string) => void;
};

const mostBytes = 10_000_000;
const mostFiles = 5;

/**
 * `encrew.log` in that folder, for its owner alone. When it is full it becomes `encrew.1.log`, that one `encrew.2.log`, and the
 * oldest goes. There is one writer.
 */
export function openLogFile(folder: string, limits = { bytes: mostBytes, files: mostFiles }): LogFile {
  const nameOf = (age: number): string => join(folder, age === 0 ? 'encrew.log' : `encrew.${age}.log`);
  const path = nameOf(0);
  attempt(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  let sizeBytes = sizeOf(path);

  const makeRoom = (): void => {
    // A file that another program holds open (Windows) stays where it is, and grows until it lets go.
    for (let age = limits.files - 1; age > 0; age -= 1) attempt(() => renameSync(nameOf(age - 1), nameOf(age)));
    sizeBytes = sizeOf(path);
  };
  return {
    path,
    write: (text) => {
      const bytes = Buffer.byteLength(text);
      if (sizeBytes > 0 && sizeBytes + bytes > limits.bytes) makeRoom();
      // Synchronous: the last line before a crash is the one that matters.
      attempt(() => appendFileSync(path, text, { mode: 0o600 }));
      sizeBytes += bytes;
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function attempt(step: () => unknown): void {
  try {
    step();
  } catch {
    // There is no other place to tell it.
  }
}
