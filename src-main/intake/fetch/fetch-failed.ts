import { codeOf } from '#main/platform/error-code.ts';
import type { FetchFault } from '#shared/protocol/uploads.ts';

export type FetchFaultCode = FetchFault['code'];

/** Why a film did not come, as its asker is told. */
export class FetchFailed extends Error {
  readonly code: FetchFaultCode;
  /** Of the answer, where its status is the fault. */
  readonly status: number | null;

  constructor(code: FetchFaultCode, options: ErrorOptions & { status?: number } = {}) {
    super(`the film can't be fetched: ${code}`, options);
    this.name = 'FetchFailed';
    this.code = code;
    this.status = options.status ?? null;
  }
}

/** What a line or a name server said, by our codes. */
export function fetchFailure(error: unknown): FetchFailed {
  // Node tries each address of a name; why the first one failed says most.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (first instanceof FetchFailed) return first;
  const code = codeOf(first) ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') {
    return new FetchFailed('name', { cause: first });
  }
  if (/^(?:ERR_TLS|ERR_SSL|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME|INVALID_CA|EPROTO)/.test(code)) {
    return new FetchFailed('certificate', { cause: first });
  }
  return new FetchFailed('unreachable', { cause: first });
}

/** Whether it may be over in a while. */
export function isPassing({ code, status }: FetchFailed): boolean {
  if (status !== null) return status >= 500 || status === 408 || status === 425 || status === 429;
  return code === 'name' || code === 'unreachable' || code === 'silent' || code === 'broken';
}
