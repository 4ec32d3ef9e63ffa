import { z } from 'zod';
import { jobPriority } from './job.ts';

/*
 * A folder whose films become jobs by themselves, and what the server knows of its files.
 */

export const rootState = z.enum(['online', 'offline', 'unknown']);
export type RootState = z.infer<typeof rootState>;

export const knownFileState = z.enum(['growing', 'ready', 'added', 'done', 'skipped', 'unusable', 'missing']);
export type KnownFileState = z.infer<typeof knownFileState>;

/** What happens to a film after its package was checked and published. */
export const afterwards = z.enum(['keep', 'move', 'trash']);
export type Afterwards = z.infer<typeof afterwards>;

/** Relative to the watch folder, with slashes, and never out of it. */
const innerFolder = z
  .string()
  .min(1)
  .max(1000)
  .refine((path) => !/[\0\\]/.test(path) && path.split('/').every((name) => !['', '.', '..'].includes(name)), {
    message: 'must be a folder inside the watch folder, such as Extras/raw',
  });

export const watchRules = z.strictObject({
  settleSec: z
    .number()
    .min(1)
    .max(86_400)
    .default(10)
    .describe('A file whose size and time stay the same for so long has stopped growing.'),
  rescanSec: z
    .number()
    .min(60)
    .max(30 * 86_400)
    .default(3600)
    .describe('How often the whole folder is looked through: network disks tell of no change.'),
  minBytes: z.number().int().min(0).default(0).describe('Smaller files are passed over.'),
  exclude: z.array(innerFolder).max(200).default([]).describe('Folders inside the watch folder that are passed over.'),
  priority: jobPriority.nullable().default(null).describe('Of the jobs; null takes the usual one.'),
});
export type WatchRules = z.infer<typeof watchRules>;
