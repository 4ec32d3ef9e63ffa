import { Command, CommanderError } from 'commander';
import { FfmpegNotFound } from '#main/ffmpeg/find.ts';
import { InputFault } from '#main/stages/input-fault.ts';
import { StoreUnusable } from '#main/store/store-unusable.ts';
import { exitCode } from './exit-code.ts';
import { Interrupted } from './interruption.ts';
import { oneLine } from './one-line.ts';
import { Unusable } from './unusable.ts';

/** Started by the server, not by people: hidden from the help. */
export const localNodeName = 'local-node';

export type Words = {
  /** One line for stderr, without its line end. */
  complain: (line: string) => void;
  /** Keeps the evidence of an unexpected error; answers where, or null. */
  keepEvidence: (error: unknown) => string | null;
};

export type ProgramFacts = { version: string; commands: readonly Command[] };

/**
 * Runs one command line. Commands set `process.exitCode` for work that failed, and throw Unusable for what they refuse.
 * Answers the exit code; never rejects.
 */
export async function runProgram(argv: readonly string[], facts: ProgramFacts, words: Words): Promise<number> {
  const { complain, keepEvidence } = words;
  try {
    // Without a word it is the server: that is what `npm start` is for.
    const words = argv.length === 0 ? ['serve'] : [...argv];
    await programOf(facts, complain).parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? exitCode.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.unusable;
    if (isForeseen(error)) {
      complain(oneLine(error.message));
      return exitCode.unusable;
    }
    if (error instanceof Interrupted) {
      complain(error.message);
      return exitCode.workFailed;
    }
    complain(unexpected(error, keepEvidence));
    return exitCode.workFailed;
  }
}

/** Refusals that are one line already: what, why, what to do. */
function isForeseen(error: unknown): error is Error {
  const kinds = [Unusable, InputFault, FfmpegNotFound, StoreUnusable];
  return kinds.some((kind) => error instanceof kind);
}

/** The line for an error that nobody foresaw. */
export function unexpected(error: unknown, keepEvidence: Words['keepEvidence']): string {
  const path = keepEvidence(error);
  const what = oneLine(error instanceof Error ? error.message : String(error));
  return `stopped by an unexpected error: ${what}. ${path === null ? 'No log could be written' : `The log is ${path}`}`;
}

function programOf({ version, commands }: ProgramFacts, complain: Words['complain']): Command {
  const names = commands
    .map((command) => command.name())
    .filter((name) => name !== localNodeName)
    .join(', ');
  const program = new Command('encrew')
    .description('Turns media files into packages that play everywhere.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text) => complain(oneLine(text.replace(/^error: /, ''))) });
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program), { hidden: command.name() === localNodeName });
  }
  // After the commands, which must not inherit this leniency: here it only serves the refusal.
  return program
    .usage('COMMAND [options]')
    .argument('[command]')
    .allowExcessArguments()
    .allowUnknownOption()
    .action((asked: string | undefined) => {
      const what = asked === undefined ? 'options without a command' : `unknown command ${JSON.stringify(asked)}`;
      throw new Unusable(`${what}: this version has ${names} (--help tells more)`);
    });
}
