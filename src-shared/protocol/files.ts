import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * The server's files as people browse them (S3 10.4).
 */

export const fileRoot = z.strictObject({
  name: z.string(),
  path: z.string(),
  /** Whether it is there: a disk that is not mounted is offline. */
  isOnline: z.boolean(),
  /** Null where the system does not tell. */
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
});
export type FileRoot = z.infer<typeof fileRoot>;
export const fileRootList = pageOf(fileRoot);

export const fileSort = z.enum(['name', '-name', 'size', '-size', 'modified', '-modified']);
export type FileSort = z.infer<typeof fileSort>;

const anywhere = z
  .stringbool()
  .default(false)
  .describe('For an admin who chooses the roots: every folder of the server, whatever they are now.');

export const fileRootsQuery = z.strictObject({ anywhere });

/** A folder to be made, with those above it; one that is there already stays as it is. */
export const folderWish = z.strictObject({
  path: z.string().min(1).max(4096).describe('Absolute path.'),
  anywhere: z.boolean().default(false).describe('For an admin who chooses the roots: wherever it is.'),
});
export const folderMade = z.strictObject({ path: z.string() });

export const filesQuery = z.strictObject({
  path: z.string().min(1).max(4096).describe('Absolute path of a folder; GET /files/roots tells where to begin.'),
  mediaOnly: z.stringbool().default(false).describe('Leaves out files that are no films by their name.'),
  hidden: z.stringbool().default(false).describe('Shows names that begin with a dot.'),
  search: z.string().min(1).max(200).optional().describe('Part of the name, in any case.'),
  sort: fileSort.default('name').describe('Folders come first in each order.'),
  anywhere,
  ...pageQuery,
  // Names that the server holds in memory: more of them at once are cheap, and folders are longer than lists of jobs are read.
  limit: z.coerce.number().int().min(1).max(1000).default(50).describe('Most items of a page.'),
});
export type FilesQuery = z.infer<typeof filesQuery>;

export const fileEntry = z.strictObject({
  name: z.string(),
  path: z.string(),
  isDirectory: z.boolean(),
  /** Null for folders, and where it can't be told. */
  sizeBytes: z.number().nullable(),
  modifiedAt: z.iso.datetime().nullable(),
  /** Whether it has the name of a film. */
  isMedia: z.boolean(),
  /**
   * Why it can't be used: a name that is no text (not UTF-8), a link that leads nowhere or out of the allowed folders,
   * something that the server may not read.
   */
  fault: z.enum(['odd-name', 'broken-link', 'outside', 'unreadable']).nullable(),
});
export type FileEntry = z.infer<typeof fileEntry>;

export const fileList = pageOf(fileEntry).extend({
  /** The folder, without links. */
  path: z.string(),
  /** The folder above; null where it may not be browsed. */
  parent: z.string().nullable(),
});

/** A folder of the server while somebody goes through its disks, and the ways out of it: of the screens alone. */
export type ServerFolder = {
  /** Undefined while they are read. */
  roots: readonly FileRoot[] | undefined;
  /** Null shows the roots. */
  path: string | null;
  /** Null where there is no way up but to the roots. */
  parent: string | null;
  /** Undefined while the folder is read. */
  entries: readonly FileEntry[] | undefined;
  total: number;
  error: Error | null;
  search: string;
  onSearch: (text: string) => void;
  /** Null goes back to the roots. */
  onGo: (path: string | null) => void;
  onMore: () => void;
};
