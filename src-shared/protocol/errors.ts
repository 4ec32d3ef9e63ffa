import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * What went wrong anywhere: in pages, in the server, on nodes (S3 2.5).
 */

export const errorSeverity = z.enum(['warning', 'error', 'critical', 'fatal']);

export const errorEventView = z.strictObject({
  id: z.string(),
  /** `frontend`, `server`, `node:{id}`. */
  sourceComponent: z.string(),
  severity: errorSeverity,
  message: z.string(),
  stackTrace: z.string().nullable(),
  context: z.record(z.string(), z.json()),
  /** The same within a minute is one event. */
  occurrences: z.number().int().positive(),
  createdAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  resolved: z.boolean(),
});
export type ErrorEventView = z.infer<typeof errorEventView>;

export const errorEventList = pageOf(errorEventView);

/** What a page reports: small, since anybody who is signed in may send it. */
export const newError = z.strictObject({
  severity: errorSeverity.default('error'),
  message: z.string().trim().min(1).max(2_000),
  stackTrace: z.string().max(16_000).nullable().default(null),
  context: z
    .record(z.string().max(100), z.json())
    .refine((context) => JSON.stringify(context).length <= 8_000, 'must be at most 8,000 characters of JSON')
    .default({}),
});

export const errorFilters = {
  source: z.string().max(200).optional().describe('frontend, server or node:ID.'),
  severity: errorSeverity.optional(),
  resolved: z.stringbool().optional(),
  search: z.string().min(1).max(200).optional().describe('Part of the message.'),
  since: z.iso.datetime().optional().describe('Last seen then or later.'),
  until: z.iso.datetime().optional().describe('Last seen before then.'),
};

export const errorsQuery = z.strictObject({ ...errorFilters, ...pageQuery });
export const errorParams = z.strictObject({ id: z.string() });
export const errorPatch = z.strictObject({ resolved: z.boolean() });
