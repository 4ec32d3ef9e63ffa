import type { Logger } from '#main/platform/logger.ts';
import type { ErrorSink } from '#main/store/error-sink.ts';

/** A logger whose error lines are kept as error events too (S3 2.5); a job's failure is no error of the server's. */
export function reportedLog(log: Logger, sink: ErrorSink): Logger {
  return {
    ...log,
    error: (fields, message) => {
      log.error(fields, message);
      const { error, ...context } = fields;
      const stackTrace = typeof error === 'string' ? error : null;
      const [what] = stackTrace?.split('\n') ?? [];
      sink.add({
        sourceComponent: 'server',
        severity: 'error',
        message: what === undefined ? message : `${message}: ${what}`,
        stackTrace,
        context,
      });
    },
  };
}
