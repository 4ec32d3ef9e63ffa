import type { LogLine } from '../../data/job-parts.ts';

/** A program that was run for the job. */
export type RanCommand = {
  command: string;
  /** Where its relative paths begin; null where the log doesn't say. */
  cwd: string | null;
  /** `video-0003`; null for a look at the source, and for packaging. */
  task: string | null;
  attempt: number | null;
  /** Null while it runs, and where it wasn't written down. */
  elapsedMs: number | null;
  /** What it said before it failed; null for one that did its work. */
  said: string | null;
  at: string;
};

/** The commands of a log in the order they were begun; what its end says is added to its beginning. */
export function ranCommands(lines: readonly LogLine[]): RanCommand[] {
  const commands: RanCommand[] = [];
  for (const line of lines) {
    const { command } = line;
    if (typeof command !== 'string') continue;
    const facts = {
      cwd: textOf(line['cwd']),
      task: textOf(line['task']),
      attempt: numberOf(line['attempt']),
      elapsedMs: numberOf(line['elapsedMs']),
      said: line.level === 'warn' || line.level === 'error' ? (textOf(line['stderr']) ?? line.message) : null,
    };
    const begun = commands.findLast((one) => one.command === command && one.elapsedMs === null);
    if (begun === undefined || line.message === 'starting') {
      commands.push({ command, ...facts, at: line.time });
      continue;
    }
    begun.task = facts.task ?? begun.task;
    begun.attempt = facts.attempt ?? begun.attempt;
    begun.elapsedMs = facts.elapsedMs;
    begun.said = facts.said;
  }
  return commands;
}

/** What a command that belongs to no task was for; one that still runs is told by its folder. */
export function purposeOf({ command, cwd }: RanCommand): 'reading' | 'packaging' | 'encoding' | 'preparing' {
  if (/^\S*ffprobe/.test(command)) return 'reading';
  if (cwd === null) return 'preparing';
  if (/[/\\]\.encrew-staging/.test(cwd)) return 'packaging';
  return /[/\\]work[/\\]/.test(cwd) ? 'encoding' : 'preparing';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
