import { z } from 'zod';
import { problem } from '#shared/protocol/problem.ts';

/*
 * REST as the server's own schemas say: whatever comes back is parsed by the schema of its route.
 */

/** An answer of the server's error catalogue, or none at all (`status` 0). */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly requestId: string | null;

  constructor(
    fault: { status: number; code: string; message: string; details?: unknown; requestId?: string },
    options?: ErrorOptions,
  ) {
    super(typeof fault.details === 'string' ? fault.details : fault.message, options);
    this.name = 'ApiFault';
    this.status = fault.status;
    this.code = fault.code;
    this.details = fault.details ?? null;
    this.requestId = fault.requestId ?? null;
  }

  /** From the body of an answer that was no good one. */
  static of(status: number, body: string): ApiFault {
    return faultFrom(status, parsedJson(body), String(status));
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Wish = {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
  headers?: Readonly<Record<string, string>>;
  /** A status outside of 200 to 299 that is an answer too. */
  alsoStatus?: number;
};

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

/** The token that the session's changes carry; null when nobody is signed in. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** What a change that is not sent by `ask` or `tell` has to carry. */
export function changeHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken };
}

/** Called when the server says that the session is over. */
export function whenSignedOut(work: () => void): void {
  onSignedOut = work;
}

/** `/api/v1` and the path, with what is asked. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

/** Asks the server and parses its answer; ApiFault when it refuses, can't be reached, or is of another version than this page. */
export async function ask<Answer extends z.ZodType>(
  method: Method,
  path: string,
  { answer, ...wish }: Wish & { answer: Answer },
): Promise<z.output<Answer>> {
  const response = await send(method, path, wish);
  const parsed = answer.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new ApiFault({ status: response.status, code: 'PAGE-OUTDATED', message: 'Load the page again.' });
}

/** Asks for what has no answer but that it was done; ApiFault as with `ask`. */
export async function tell(method: Method, path: string, wish: Wish = {}): Promise<void> {
  await send(method, path, wish);
}

/** What the server finds wrong with a request: path and sentence; empty for every other error. */
export function requestFaultsOf(error: unknown): readonly RequestFault[] {
  const told = error instanceof ApiFault ? requestFaults.safeParse(error.details) : null;
  return told?.data?.faults ?? [];
}

export type RequestFault = z.infer<typeof requestFault>;

const requestFault = z.object({ path: z.string(), message: z.string() });
const requestFaults = z.object({ faults: z.array(requestFault) });

async function send(
  method: Method,
  path: string,
  { query, body, signal, headers, alsoStatus }: Wish,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      credentials: 'same-origin',
      cache: 'no-cache',
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(method === 'GET' || csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }),
        ...(method === 'POST' ? { 'Idempotency-Key': newKey() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const message = `${method} ${path}: the server can not be reached`;
    throw new ApiFault({ status: 0, code: 'UNREACHABLE', message }, { cause: error });
  }
  if (!response.ok && response.status !== alsoStatus) throw await faultOf(response);
  return response;
}

async function faultOf(response: Response): Promise<ApiFault> {
  const fault = faultFrom(response.status, await response.json().catch(() => null), response.statusText);
  if (response.status === 401) onSignedOut();
  return fault;
}

function faultFrom(status: number, body: unknown, otherwise: string): ApiFault {
  const parsed = problem.safeParse(body);
  return parsed.success
    ? new ApiFault({ status, ...parsed.data.error })
    : new ApiFault({ status, code: String(status), message: otherwise });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Repeated requests are done once. `crypto.randomUUID` exists on HTTPS and localhost only. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
