import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * What became of films after their packages were published.
 */

export const originalState = z.enum(['pending', 'held', 'replaced', 'restored', 'expired', 'failed']);
export type OriginalState = z.infer<typeof originalState>;

/** By profile (`quarantine`, `replace`) or by watch folder (`move`, `trash`). */
export const originalPolicy = z.enum(['quarantine', 'replace', 'move', 'trash']);

export const originalView = z.strictObject({
  id: z.string(),
  jobId: z.string(),
  policy: originalPolicy,
  state: originalState,
  sourcePath: z.string(),
  outputPath: z.string(),
  /** Where the film lies, or is being brought to; null while it is in its place. */
  heldPath: z.string().nullable(),
  /** What keeps it from going on. */
  error: z.string().nullable(),
  /** When a held film is deleted; null never. */
  keptUntil: z.iso.datetime().nullable(),
  /** Whether `restore` brings it back. */
  restorable: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type OriginalView = z.infer<typeof originalView>;

export const originalList = pageOf(originalView);

export const originalListQuery = z.strictObject({
  state: originalState.optional(),
  policy: originalPolicy.optional(),
  jobId: z.string().max(200).optional(),
  ...pageQuery,
});

export const originalParams = z.strictObject({ id: z.string().min(1).max(200) });

/** Whether a profile's policy for originals can be kept in a folder of films. */
export const folderTrialRequest = z.strictObject({ folder: z.string().min(1).max(4096) });

export const folderTrial = z.strictObject({
  /** Whether a film there could be set aside or replaced now. */
  ok: z.boolean(),
  policy: z.enum(['separate', 'quarantine', 'replace']),
  /** Null where nothing has to be written. */
  writable: z.boolean().nullable(),
  /** Whether the disk has second names for files: without, a film's place is empty for a moment while it is replaced. */
  hardLinks: z.boolean().nullable(),
  freeBytes: z.number().int().nonnegative().nullable(),
  /** What replacing the largest film of the folder may need for a while. */
  neededBytes: z.number().int().nonnegative(),
  /** What is wrong, one sentence each. */
  problems: z.array(z.string()),
});
export type FolderTrial = z.infer<typeof folderTrial>;
