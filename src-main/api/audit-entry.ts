import { redact } from '#main/platform/redact.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Actor, Route } from './route.ts';

/** What the audit keeps of a change that somebody made, or tried to make. */
export type AuditEntry = {
  atMs: number;
  /** Null where nobody had signed in: a refused request, or signing in itself. */
  actor: Actor | null;
  /** Method and path of the row: `POST /jobs/{id}/cancel`. */
  action: string;
  /** The row's tag. */
  resourceType: string;
  /** From the path: its parameter `id`, or its only one; else what the answer names. */
  resourceId: string | null;
  result: 'success' | 'failure';
  requestId: string;
  address: string;
  details: {
    status: number;
    /** Of a failure. */
    code: ProblemCode | null;
    params: unknown;
    query: unknown;
    /** Secrets covered. */
    body: unknown;
  };
};

/** Writes one entry; what it throws is logged, and costs the entry. */
export type Audit = (entry: AuditEntry) => Promise<void> | void;

export type AuditedRequest = {
  row: Route;
  params: Readonly<Record<string, string>>;
  query: unknown;
  body: unknown;
  actor: Actor | null;
  requestId: string;
  address: string;
  outcome: { status: number; code: ProblemCode | null; json: string | null };
};

/** The entry of an answered request; null for one that only reads. */
export function auditEntry(request: AuditedRequest, atMs: number): AuditEntry | null {
  const { row, params, query, body, actor, requestId, address, outcome } = request;
  if (row.method === 'get' || row.audit === 'never') return null;
  const { status, code } = outcome;
  return {
    ...{ atMs, actor, requestId, address },
    action: `${row.method.toUpperCase()} ${row.path}`,
    resourceType: row.tag,
    resourceId: resourceIdOf(params) ?? (status < 400 ? idInAnswer(outcome.json) : null),
    result: status < 400 ? 'success' : 'failure',
    details: { status, code, params: redact(params), query: redact(query), body: redact(body ?? null) },
  };
}

function resourceIdOf(params: Readonly<Record<string, string>>): string | null {
  const values = Object.values(params);
  return params['id'] ?? (values.length === 1 ? (values[0] ?? null) : null);
}

/** What a POST made: our own JSON, with its `id` at the top. */
function idInAnswer(json: string | null): string | null {
  const answer: unknown = json === null ? null : JSON.parse(json);
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) return null;
  return typeof answer.id === 'string' ? answer.id : null;
}
