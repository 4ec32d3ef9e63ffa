import type { z } from 'zod';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { RequestRefused, type Route } from './route.ts';

export type RawRequest = { params: unknown; query: unknown; body: unknown };

/** What came, by the schemas of the row; RequestRefused with each fault and its path otherwise. */
export function parseRequest(row: Route, raw: RawRequest): RawRequest {
  return {
    params: parse(row.params, raw.params, 'params', 'ENC-SYS-007'),
    query: parse(row.query, raw.query, 'query', 'ENC-SYS-007'),
    body: parse(row.body, raw.body, 'body', row.badBody ?? 'ENC-SYS-007'),
  };
}

function parse(schema: z.ZodType | undefined, value: unknown, where: keyof RawRequest, code: ProblemCode): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestRefused(code, {
    faults: parsed.error.issues.map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message })),
  });
}
