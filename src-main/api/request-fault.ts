import { z } from 'zod';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { type AnswerHeaders, RequestRefused } from './route.ts';

/** Why a request gets no good answer. */
export type RequestFault = {
  code: ProblemCode;
  /** For the caller. */
  details: unknown;
  headers: AnswerHeaders;
  /** Nobody foresaw it: it is logged with its stack, and the caller is told nothing of it. */
  unexpected: boolean;
};

/** Names what was thrown while a request was answered. */
export function requestFault(error: unknown): RequestFault {
  if (error instanceof RequestRefused) {
    return { code: error.code, details: error.details, headers: error.headers, unexpected: false };
  }
  const web = webError.safeParse(error);
  if (web.success) return { ...faultOfReading(web.data), headers: {}, unexpected: false };
  const sqlite = sqliteError.safeParse(error);
  return {
    ...(sqlite.success ? faultOfDatabase(sqlite.data.code) : internalError),
    headers: {},
    unexpected: true,
  };
}

/** What Express and its body parser throw (`http-errors`), a caller's faults only. */
const webError = z.object({
  status: z.number().int().min(400).max(499),
  message: z.string(),
  type: z.string().nullable().default(null),
});

const sqliteError = z.object({ code: z.string().startsWith('SQLITE_') });

const internalError = {
  code: 'ENC-SYS-001',
  details: 'Something went wrong inside the server; its log tells more under this request id.',
} as const;

function faultOfReading({ status, message, type }: z.infer<typeof webError>): { code: ProblemCode; details: string } {
  switch (status) {
    case 413:
      return { code: 'ENC-SYS-010', details: 'The body is larger than the 1 MB that a request may have.' };
    case 415:
      return { code: 'ENC-SYS-009', details: `${message}; send UTF-8, plain or with gzip, deflate or br.` };
    default:
      return {
        code: 'ENC-SYS-007',
        details: type === 'entity.parse.failed' ? `The body is not JSON: ${message}` : message,
      };
  }
}

function faultOfDatabase(code: string): { code: ProblemCode; details: string } {
  if (code.startsWith('SQLITE_FULL')) {
    return { code: 'ENC-STO-003', details: 'The disk of the data folder is full: nothing was changed.' };
  }
  return {
    code: 'ENC-SYS-002',
    details: 'The database refused; nothing was changed. The log tells more under this request id.',
  };
}
