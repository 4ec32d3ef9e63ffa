import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { createLogger, type Logger } from '#main/platform/logger.ts';
import { redactFields } from '#main/platform/redact.ts';
import { z } from 'zod';
import type { WorkKind } from './decide/mode-works.ts';
import type { OutputPort } from './electron-ports.ts';
import { openLogFile } from './log-file.ts';
import { wholeLines } from './whole-lines.ts';

/*
 * The one log of the desktop app: an installed program's stderr goes nowhere. The shell writes its own lines, and those that the
 * processes of the work say on stderr, as servers without a screen do.
 */

export type DesktopLog = {
  log: Logger;
  /** Absolute; of the file with the newest lines. */
  path: string;
  /** Keeps what a process of the work says. */
  hear: (from: WorkKind, output: OutputPort | null) => void;
};

const longestLine = 64_000;
const logFields = z.record(z.string(), z.unknown());

/** Opens the log in that folder; `tee` is given every line too. */
export function openDesktopLog(folder: string, tee: (line: string) => void): DesktopLog {
  const file = openLogFile(folder);
  const write = (line: string): void => {
    file.write(line);
    tee(line);
  };
  const log = createLogger('info', write);
  const keep = (from: WorkKind, line: string): void => {
    const fields = parseFields(line);
    if (fields !== null) write(`${JSON.stringify({ ...redactFields(fields), from })}\n`);
    else if (line.trim() !== '') log.warn({ from, text: line }, 'the work wrote');
  };
  return {
    ...{ log, path: file.path },
    hear: (from, output) =>
      void output?.on(
        'data',
        wholeLines((line) => keep(from, line), longestLine),
      ),
  };
}

/**
 * Adds the last words of a process that dies to the log of the app; null where it has none. Electron drops what is still in the
 * pipe when a process ends.
 */
export function noteCrash(logPath: string | null, error: unknown): void {
  const write = (line: string): void => {
    try {
      if (logPath !== null) appendFileSync(logPath, line, { mode: 0o600 });
    } catch {
      // The shell notes that it ended, and how.
    }
  };
  createLogger('info', write).error(
    { error: inspect(error, { depth: 8 }) },
    'the process that does the work has failed',
  );
}

function parseFields(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    return logFields.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
