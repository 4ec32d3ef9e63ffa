import type { JobFaultCode } from '#shared/model/failure.ts';
import type { Finding } from '#shared/model/finding.ts';

/** Ends a job for good, with one line for people: what, why, what to do. */
export class JobFault extends Error {
  readonly code: JobFaultCode;
  readonly findings: readonly Finding[];

  constructor(code: JobFaultCode, message: string, options: ErrorOptions & { findings?: readonly Finding[] } = {}) {
    super(message, options);
    this.name = 'JobFault';
    this.code = code;
    this.findings = options.findings ?? [];
  }
}

/** What the system refused when a folder or file of `place` was to be made; anything else comes back as it is. */
export function placeFault(error: unknown, place: string): unknown {
  switch (systemCode(error)) {
    case 'ENOTDIR':
    case 'EEXIST':
      return new JobFault('target-taken', `${place} can't be a folder: a file is in its place. Choose another`, {
        cause: error,
      });
    case 'ENAMETOOLONG':
      return new JobFault('permission', `${place} can't be written: the name is too long. Choose another`, {
        cause: error,
      });
    default:
      return writeFault(error, place);
  }
}

/** What the system refused when something was written to `place`; anything else comes back as it is. */
export function writeFault(error: unknown, place: string): unknown {
  const because = { cause: error };
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new JobFault('disk-full', `${place} can't be written: the disk is full. Make room and try again`, because);
    case 'EROFS':
      return new JobFault('permission', `${place} can't be written: the disk is read-only. Choose another`, because);
    case 'EACCES':
    case 'EPERM':
      return new JobFault(
        'permission',
        `${place} can't be written: the system refuses it. Change its rights or choose another folder`,
        because,
      );
    default:
      return error;
  }
}

function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
