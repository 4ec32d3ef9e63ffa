import { sourceInputOptions } from '#main/media/command/input-options.ts';
import { bareOutput, commonOptions } from '#main/media/command/ffmpeg-step.ts';

/** What stands in every command and has tests of its own. */
const known: readonly [string, readonly string[]][] = [
  ['<common>', commonOptions],
  ['<source>', sourceInputOptions],
  ['<bare>', bareOutput],
];

/**
 * An argv to read and compare: every option begins a line, tokens that hold a blank, a quote or nothing are in JSON, so
 * that two tokens never look like one. Options that stand in every command are shown as one word.
 */
export function argvText(args: readonly string[]): string {
  const lines: string[][] = [[]];
  for (let i = 0; i < args.length; ) {
    const token = args[i] ?? '';
    const family = known.find(([, words]) => words.every((word, k) => args[i + k] === word));
    const isOption = /^-[A-Za-z]/.test(token);
    if (isOption) lines.push([]);
    lines.at(-1)?.push(family?.[0] ?? (/^[^\s"'\\]+$/.test(token) ? token : JSON.stringify(token)));
    i += family?.[1].length ?? 1;
  }
  return lines
    .filter((line) => line.length > 0)
    .map((line) => line.join(' '))
    .join('\n');
}
