import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { writeCrashLog } from './crash-log.ts';
import { exitCode } from './exit-code.ts';
import { runProgram, unexpected, type Words } from './program.ts';

const manifest = z.object({ version: z.string() });

/** The command line of Encrew. `argv` is what follows the program's name; answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const words: Words = {
    complain: (line) => process.stderr.write(`encrew: ${line}\n`),
    keepEvidence: (error) => writeCrashLog(error, argv),
  };
  surviveClosedPipes();
  process.on('uncaughtException', (error) => {
    words.complain(unexpected(error, words.keepEvidence));
    process.exit(exitCode.workFailed);
  });
  const version = readVersion();
  return runProgram(argv, { version, commands: await commandsFor(argv, version) }, words);
}

/** A command is read from the disk when it is asked for: all of them together take longer than most of them run. */
const commands: Readonly<Record<string, (version: string) => Promise<Command>>> = {
  encode: async (version) => (await import('./encode.ts')).encodeCommand(version),
  plan: async () => (await import('./plan.ts')).planCommand(),
  check: async () => (await import('./check.ts')).checkCommand((await import('./probe-source.ts')).probeSource),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  serve: async (version) => (await import('./serve.ts')).serveCommand(version),
  node: async (version) => (await import('./node.ts')).nodeCommand(version),
  invite: async () => (await import('./invite.ts')).inviteCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  owner: async () => (await import('./owner.ts')).ownerCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  'local-node': async () => (await import('./local-node.ts')).localNodeCommand(),
};

/** The one that is asked for; all of them for somebody who asks what there is. */
async function commandsFor(argv: readonly string[], version: string): Promise<Command[]> {
  const asked = commands[argv[0] ?? 'serve'];
  return Promise.all((asked === undefined ? Object.values(commands) : [asked]).map((load) => load(version)));
}

function readVersion(): string {
  return manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
}

/** A reader that went away (`encrew plan ... | head`) costs the rest of the words, not the work. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
