import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { backupCommand } from './backup.ts';
import { checkCommand } from './check.ts';
import { writeCrashLog } from './crash-log.ts';
import { doctorCommand } from './doctor.ts';
import { encodeCommand } from './encode.ts';
import { exitCode } from './exit-code.ts';
import { inviteCommand } from './invite.ts';
import { localNodeCommand } from './local-node.ts';
import { nodeCommand } from './node.ts';
import { ownerCommand } from './owner.ts';
import { planCommand } from './plan.ts';
import { probeSource } from './probe-source.ts';
import { runProgram, unexpected, type Words } from './program.ts';
import { restoreCommand } from './restore.ts';
import { serveCommand } from './serve.ts';
import { tokenCommand } from './token.ts';

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
  return runProgram(argv, { version: readVersion(), commands: commands() }, words);
}

function commands(): readonly Command[] {
  return [
    encodeCommand(readVersion()),
    planCommand(),
    checkCommand(probeSource),
    doctorCommand(),
    serveCommand(readVersion()),
    nodeCommand(readVersion()),
    inviteCommand(),
    tokenCommand(),
    ownerCommand(),
    backupCommand(),
    restoreCommand(),
    localNodeCommand(),
  ];
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
