import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type Profile, profile } from '#shared/model/profile.ts';
import type { Database } from './schema.ts';

/**
 * Keeps a recipe for the jobs that are made from it, once however many they are, and answers the name it is kept under. The
 * same settings give the same name, in whatever order they were written.
 */
export async function keepSnapshot(db: Kysely<Database>, recipe: Profile): Promise<string> {
  const recipeJson = canonicalJson(recipe);
  const hash = createHash('sha256').update(recipeJson).digest('hex');
  await db
    .insertInto('profileSnapshot')
    .values({ hash, recipeJson })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}

/** The recipe as it was kept; null where there is none of that name. */
export async function readSnapshot(db: Kysely<Database>, hash: string): Promise<Profile | null> {
  const row = await db.selectFrom('profileSnapshot').select('recipeJson').where('hash', '=', hash).executeTakeFirst();
  return row === undefined ? null : profile.parse(JSON.parse(row.recipeJson));
}

/** JSON with the keys of every object in order (as RFC 8785 has it), without the spaces. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part === null || typeof part !== 'object' || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
