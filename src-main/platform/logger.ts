import { pino } from 'pino';
import { redactFields } from './redact.ts';

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Facts first, sentence second: `log.warn({ path }, 'could not delete')`. */
export type Logger = { debug: Write; info: Write; warn: Write; error: Write };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** One whose level can be changed while it is in use. */
export type LevelledLogger = Logger & { setLevel(level: LogLevel): void };

/**
 * JSON lines, secrets covered by the name of their field. On stderr, since stdout belongs to results (`--json`), unless `write` is
 * given, which takes each line with its end.
 */
export function createLogger(level: LogLevel, write?: (line: string) => void): LevelledLogger {
  const sink = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { log: redactFields } },
    write === undefined ? pino.destination({ fd: 2, sync: true }) : { write },
  );
  return {
    debug: (fields, message) => sink.debug(fields, message),
    info: (fields, message) => sink.info(fields, message),
    warn: (fields, message) => sink.warn(fields, message),
    error: (fields, message) => sink.error(fields, message),
    setLevel: (next) => {
      sink.level = next;
    },
  };
}

/** Swallows everything. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
