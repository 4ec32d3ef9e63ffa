import { z } from 'zod';
import { afterwards, knownFileState, rootState, watchRules } from '../model/watch-folder.ts';
import { pageOf, pageQuery } from './page.ts';

/*
 * Watch folders as the API takes and answers them.
 */

const place = z.string().min(1).max(4096);
const moveDir = place.nullable();
const name = z.string().min(1).max(100);
const profileName = z.string().min(1).max(200).describe('Name or id of a profile.');

export const newWatchFolder = z.strictObject({
  path: place.describe('Absolute; films below it become jobs.'),
  name: name.nullable().default(null).describe("The folder's own name when null."),
  enabled: z.boolean().default(true),
  profile: profileName,
  outputDir: place.describe('Absolute; folders inside the watch folder are kept below it.'),
  afterwards: afterwards.default('keep').describe('What happens to a film once its package is checked and published.'),
  moveDir: moveDir.default(null).describe('Where `move` puts films, their folders kept.'),
  rules: watchRules.prefault({}),
});

/** What is left out stays; `rules` are replaced as a whole. */
export const watchFolderChange = z.strictObject({
  path: place.optional(),
  name: name.optional(),
  enabled: z.boolean().optional(),
  profile: profileName.optional(),
  outputDir: place.optional(),
  afterwards: afterwards.optional(),
  moveDir: moveDir.optional(),
  rules: watchRules.optional(),
});
export type WatchFolderChange = z.infer<typeof watchFolderChange>;

const instant = z.iso.datetime();

export const watchFolderView = z.strictObject({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  profile: z.string(),
  /** Null for a built-in profile. */
  profileId: z.string().nullable(),
  outputDir: z.string(),
  afterwards,
  moveDir: z.string().nullable(),
  rules: watchRules,
  root: z.strictObject({
    state: rootState,
    /** Why it is offline. */
    note: z.string().nullable(),
  }),
  /** Why changes are found by scans only; null while the system tells of them. */
  watchNote: z.string().nullable(),
  scan: z.strictObject({
    state: z.enum(['waiting', 'running', 'idle']),
    /** That this scan, or the last one, has come past. */
    files: z.number().int().nonnegative(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  }),
  createdAt: instant,
  updatedAt: instant,
});
export type WatchFolderView = z.infer<typeof watchFolderView>;

export const watchFolderList = pageOf(watchFolderView);
export const watchFolderListQuery = z.strictObject(pageQuery);

/** With how many files there are of each state. */
export const watchFolderDetail = watchFolderView.extend({ files: z.record(knownFileState, z.number().int()) });

/** With what the places of the rule said when it was saved. */
export const savedWatchFolder = watchFolderView.extend({
  places: z.array(
    z.strictObject({
      field: z.enum(['path', 'outputDir', 'moveDir']),
      freeBytes: z.number().int().nonnegative(),
    }),
  ),
});

export const watchFolderParams = z.strictObject({ id: z.string().min(1).max(200) });

export const knownFileView = z.strictObject({
  id: z.number().int(),
  /** Relative to the watch folder. */
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  modifiedAt: instant.nullable(),
  state: knownFileState,
  jobId: z.string().nullable(),
  /** Whether the job is of another file with the same content. */
  isCopy: z.boolean(),
  note: z.string().nullable(),
  seenAt: instant,
});
export type KnownFileView = z.infer<typeof knownFileView>;

export const knownFileList = pageOf(knownFileView);
export const knownFileListQuery = z.strictObject({
  state: knownFileState.optional(),
  /** Part of the path, in any case. */
  search: z.string().min(1).max(200).optional(),
  ...pageQuery,
});

export const previewRequest = z.strictObject({
  limit: z.number().int().min(1).max(1000).default(200).describe('Most lines to answer.'),
});

/** A rule that is not kept yet. */
export const dryRunRequest = newWatchFolder.extend({
  ...previewRequest.shape,
  id: z.string().min(1).max(200).nullable().default(null).describe('The watch folder whose rule it would replace.'),
});

export const watchFolderPreview = z.strictObject({
  wouldAdd: z.array(
    z.strictObject({
      path: z.string(),
      sizeBytes: z.number().int().nonnegative(),
      outputDir: z.string(),
      /** Name of the batch that its job would belong to. */
      batch: z.string().nullable(),
    }),
  ),
  others: z.array(z.strictObject({ path: z.string(), because: z.string() })),
  /** False where the folder holds more than was looked at. */
  isComplete: z.boolean(),
});
export type WatchFolderPreview = z.infer<typeof watchFolderPreview>;
