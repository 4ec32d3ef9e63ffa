/*
 * A command line that a person can paste. Encrew itself never goes through a shell; this text is evidence (logs, `plan`,
 * failed jobs) and must give exactly the same argv in any POSIX shell.
 */

/** Words made of these alone mean themselves in every POSIX shell. `=` and `~` are special in places, so they are quoted. */
const plainWord = /^[A-Za-z0-9_@%+:,./-]+$/;

/** One word. Single quotes keep everything but themselves (POSIX.1-2024, Shell Command Language 2.2.2). RangeError on NUL. */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new RangeError('an argument cannot hold a NUL character');
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The whole command: program first. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(shellQuote).join(' ');
}
