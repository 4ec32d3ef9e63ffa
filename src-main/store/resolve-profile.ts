import type { Kysely } from 'kysely';
import type { Profile } from '#shared/model/profile.ts';
import { findProfile } from './profiles.ts';
import type { Database } from './schema.ts';

export type RecipeFault = { path: string; message: string };

/** What the store can't know of profiles by itself (media/profile/ does). */
export type ProfileRules = {
  builtIn: readonly Profile[];
  /** A recipe from JSON, or every fault it has. */
  read(json: unknown): { ok: true; profile: Profile } | { ok: false; faults: readonly RecipeFault[] };
};

export type ResolvedProfile =
  /** `profileId` is null for a built-in one and for a recipe that came with the request. */
  | { ok: true; recipe: Profile; profileId: string | null }
  | { ok: false; because: 'unknown' | 'deleted'; name: string }
  | { ok: false; because: 'faults'; faults: readonly RecipeFault[] };

/**
 * The recipe that a job is asked to use: a string names a kept profile (its current version) or a built-in one, anything
 * else is a recipe itself. A kept one goes before a built-in of its name, which a later Encrew may have brought.
 */
export async function resolveProfile(
  db: Kysely<Database>,
  wanted: unknown,
  rules: ProfileRules,
): Promise<ResolvedProfile> {
  if (typeof wanted !== 'string') {
    const read = rules.read(wanted);
    return read.ok ? { ok: true, recipe: read.profile, profileId: null } : { ...read, because: 'faults' };
  }
  const kept = await findProfile(db, wanted);
  if (kept !== null) {
    if (kept.deletedAtMs !== null) return { ok: false, because: 'deleted', name: kept.recipe.name };
    return { ok: true, recipe: kept.recipe, profileId: kept.id };
  }
  const builtIn = rules.builtIn.find(({ name }) => name === wanted);
  if (builtIn === undefined) return { ok: false, because: 'unknown', name: wanted };
  return { ok: true, recipe: builtIn, profileId: null };
}
