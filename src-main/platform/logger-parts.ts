import type { Logger, LogLevel } from './logger.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A logger whose level may change while it is used. */
export function levelledLogger(log: Logger, least: () => LogLevel): Logger {
  const passes = (level: LogLevel): boolean => levels.indexOf(level) >= levels.indexOf(least());
  return {
    debug: (fields, message) => passes('debug') && log.debug(fields, message),
    info: (fields, message) => passes('info') && log.info(fields, message),
    warn: (fields, message) => passes('warn') && log.warn(fields, message),
    error: (fields, message) => passes('error') && log.error(fields, message),
  };
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** A logger that tells of its error lines too: the stack where one of the fields is one, the other facts beside it. */
export function tellingLogger(
  log: Logger,
  onError: (line: { message: string; stackTrace: string | null; context: Fields }) => void,
): Logger {
  return {
    ...log,
    error: (fields, message) => {
      log.error(fields, message);
      const { error, ...context } = fields;
      const isStack = typeof error === 'string' && /\n\s+at /.test(error);
      onError({ message, stackTrace: isStack ? error : null, context: isStack ? context : fields });
    },
  };
}
