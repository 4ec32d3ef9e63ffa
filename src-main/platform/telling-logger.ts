import type { Logger } from './logger.ts';

export type ErrorLine = {
  message: string;
  stackTrace: string | null;
  context: Readonly<Record<string, unknown>>;
};

/**
 * A logger that tells of its error lines too. What was thrown (the field `error`) is part of the message, so that the failures
 * of one loop are told apart; its stack and the other facts go beside it.
 */
export function tellingLogger(log: Logger, onError: (line: ErrorLine) => void): Logger {
  return {
    ...log,
    error: (fields, message) => {
      log.error(fields, message);
      const { error, ...context } = fields;
      if (typeof error !== 'string') {
        onError({ message, stackTrace: null, context: fields });
        return;
      }
      const [reason = ''] = error.split('\n', 1);
      onError({ message: `${message}: ${reason}`, stackTrace: reason === error ? null : error, context });
    },
  };
}
