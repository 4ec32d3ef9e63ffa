import { z } from 'zod';
import { profile } from '../model/profile.ts';
import { pageOf, pageQuery } from './page.ts';

/*
 * Profiles as the API takes and answers them. A recipe comes in as plain JSON, so that every fault it has is told with its
 * path; it goes out as `profile` has it.
 */

export const profileView = z.strictObject({
  /** Of a built-in one its name. */
  id: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  version: z.number().int().positive(),
  recipe: profile,
  /** Null for built-in ones. */
  createdAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime().nullable(),
  deletedAt: z.iso.datetime().nullable(),
});
export type ProfileView = z.infer<typeof profileView>;

export const profileList = pageOf(profileView);

export const profileListQuery = z.strictObject({
  /** Part of name or title, in any case. */
  search: z.string().max(100).optional(),
  container: z.enum(['hls', 'mp4', 'mkv']).optional(),
  /** Deleted ones instead of those that are there. */
  deleted: z.stringbool().default(false),
  ...pageQuery,
});

const profileVersionView = z.strictObject({
  version: z.number().int().positive(),
  recipe: profile,
  note: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: z.iso.datetime().nullable(),
});

export const profileVersionList = pageOf(profileVersionView);

/** Name or id. */
export const profileParams = z.strictObject({ profile: z.string().min(1).max(200) });

/** A recipe as JSON; `ENC-PRO-003` names what is wrong with it. */
const recipeJson = z.record(z.string(), z.json());
const note = z.string().max(400).nullable().default(null);
/** The version that a change was made from, where no If-Match header says so. */
const baseVersion = z.number().int().positive().nullable().default(null);

export const newProfile = z.strictObject({ recipe: recipeJson, note });
export const profileImport = recipeJson;
export const profileUpdate = z.strictObject({ recipe: recipeJson, note, baseVersion });
export const profileClone = z.strictObject({
  name: z.string().min(1).max(200),
  /** The title of the first one when null. */
  title: z.string().min(1).max(80).nullable().default(null),
});
export const profileRollback = z.strictObject({ version: z.number().int().positive(), note, baseVersion });
