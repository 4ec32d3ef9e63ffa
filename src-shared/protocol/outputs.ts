import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * The files of a published package.
 */

export const outputsQuery = z.strictObject({
  search: z.string().min(1).max(200).optional().describe('Part of the path, in any case.'),
  ...pageQuery,
});

export const outputFile = z.strictObject({
  /** Relative to the package, with slashes. */
  path: z.string(),
  /** Where it is to be had. */
  url: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  modifiedAt: z.iso.datetime(),
  contentType: z.string(),
});
export type OutputFile = z.infer<typeof outputFile>;

export const outputList = pageOf(outputFile).extend({
  /** What a player opens; null before the job is published. */
  entry: z.string().nullable(),
});

export const outputParams = z.strictObject({ id: z.string(), path: z.string().min(1).max(4096) });
export const outputQuery = z.strictObject({
  download: z.enum(['0', '1']).default('0').describe('1 asks the browser to keep the file instead of showing it.'),
});
