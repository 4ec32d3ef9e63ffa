import type { Expression, ExpressionBuilder, Kysely, Transaction } from 'kysely';
import { type Profile, profile } from '#shared/model/profile.ts';
import type { Database } from './schema.ts';

/*
 * Profiles that people keep. A version is never changed: every change writes the next one, and only if nobody else wrote it
 * first. Deleting hides a profile and frees its name.
 */

export type StoredProfile = {
  id: string;
  /** Its `version` is that of the row, whatever the document said that it came from. */
  recipe: Profile;
  createdAtMs: number;
  updatedAtMs: number;
  deletedAtMs: number | null;
};

export type StoredVersion = {
  version: number;
  recipe: Profile;
  note: string | null;
  createdBy: string | null;
  createdAtMs: number;
};

/** Who changes what, and why. */
export type ProfileChange = { recipe: Profile; note: string | null; by: string | null };

export type ProfileRefusal =
  | { ok: false; because: 'missing' | 'deleted' | 'name-taken' | 'version-missing' }
  /** Somebody else wrote a version meanwhile. */
  | { ok: false; because: 'changed'; currentVersion: number };

export type ProfileWritten = { ok: true; profile: StoredProfile } | ProfileRefusal;

type Db = Kysely<Database>;

/** All profiles that are there, or all deleted ones; by name, those of one name by age. */
export async function listProfiles(db: Db, which: 'living' | 'deleted'): Promise<StoredProfile[]> {
  const rows = await currentRows(db)
    .where('profile.deletedAtMs', which === 'living' ? 'is' : 'is not', null)
    .orderBy('profile.name')
    .orderBy('profile.createdAtMs')
    .orderBy('profile.id')
    .execute();
  return rows.map(readRow);
}

/** By id, deleted or not; else by the name of one that is there. Null when neither fits. */
export async function findProfile(db: Db, nameOrId: string): Promise<StoredProfile | null> {
  const byId = await currentRows(db).where('profile.id', '=', nameOrId).executeTakeFirst();
  if (byId !== undefined) return readRow(byId);
  const byName = await currentRows(db)
    .where('profile.name', '=', nameOrId)
    .where('profile.deletedAtMs', 'is', null)
    .executeTakeFirst();
  return byName === undefined ? null : readRow(byName);
}

/** Keeps a new profile as its version 1. */
export async function createProfile(db: Db, id: string, change: ProfileChange, nowMs: number): Promise<ProfileWritten> {
  const { name } = change.recipe;
  return db.transaction().execute(async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('profile')
      .values({ id, name, currentVersion: 1, createdAtMs: nowMs, updatedAtMs: nowMs, deletedAtMs: null })
      .onConflict((conflict) => conflict.column('name').where('deletedAtMs', 'is', null).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return { ok: false, because: 'name-taken' };
    await insertVersion(trx, id, 1, change, nowMs);
    return { ok: true, profile: await readProfileRow(trx, id) };
  });
}

/**
 * Writes the version after `baseVersion`, unless somebody did so before.
 *
 * @param baseVersion the version that the change was made from; null takes whatever is there
 */
export async function updateProfile(
  db: Db,
  id: string,
  baseVersion: number | null,
  change: ProfileChange,
  nowMs: number,
): Promise<ProfileWritten> {
  return db.transaction().execute((trx) => writeNextVersion(trx, id, baseVersion, change, nowMs));
}

/** Writes a new version that is as an old one was; those between stay. */
export async function rollbackProfile(
  db: Db,
  id: string,
  toVersion: number,
  change: Omit<ProfileChange, 'recipe'> & { baseVersion: number | null },
  nowMs: number,
): Promise<ProfileWritten> {
  // Versions are never changed, so reading it outside of the transaction sees the same.
  const old = await findProfileVersion(db, id, toVersion);
  if (old === null) return { ok: false, because: (await findProfile(db, id)) === null ? 'missing' : 'version-missing' };
  return updateProfile(db, id, change.baseVersion, { ...change, recipe: old.recipe }, nowMs);
}

/** Every version, the newest first. */
export async function listProfileVersions(db: Db, id: string): Promise<StoredVersion[]> {
  const rows = await db
    .selectFrom('profileVersion')
    .selectAll()
    .where('profileId', '=', id)
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({ ...versionFacts(row), recipe: parseRecipe(row.recipeJson) }));
}

/** Null where there is no such version. */
export async function findProfileVersion(db: Db, id: string, version: number): Promise<StoredVersion | null> {
  const row = await db
    .selectFrom('profileVersion')
    .selectAll()
    .where('profileId', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : { ...versionFacts(row), recipe: parseRecipe(row.recipeJson) };
}

/** Hides a profile and frees its name; jobs and versions keep pointing at it. False when it was not there. */
export async function deleteProfile(db: Db, id: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('profile')
    .set({ deletedAtMs: nowMs, updatedAtMs: nowMs })
    .where('id', '=', id)
    .where('deletedAtMs', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Shows a deleted profile again, unless its name has been given to another. One that is there already stays as it is. */
export async function restoreProfile(db: Db, id: string, nowMs: number): Promise<ProfileWritten> {
  return db.transaction().execute(async (trx) => {
    await trx
      .updateTable('profile')
      .set({ deletedAtMs: null, updatedAtMs: nowMs })
      .where('id', '=', id)
      .where('deletedAtMs', 'is not', null)
      .where(nameIsFree((row) => row.ref('profile.name')))
      .execute();
    const row = await currentRows(trx).where('profile.id', '=', id).executeTakeFirst();
    if (row === undefined) return { ok: false, because: 'missing' };
    return row.deletedAtMs === null ? { ok: true, profile: readRow(row) } : { ok: false, because: 'name-taken' };
  });
}

async function writeNextVersion(
  trx: Transaction<Database>,
  id: string,
  baseVersion: number | null,
  change: ProfileChange,
  nowMs: number,
): Promise<ProfileWritten> {
  // The write comes first: it takes the lock, so that what is read after it is what it met.
  let update = trx
    .updateTable('profile')
    .set((row) => ({ name: change.recipe.name, currentVersion: row('currentVersion', '+', 1), updatedAtMs: nowMs }))
    .where('id', '=', id)
    .where('deletedAtMs', 'is', null)
    .where(nameIsFree((row) => row.val(change.recipe.name)));
  if (baseVersion !== null) update = update.where('currentVersion', '=', baseVersion);
  const { numUpdatedRows } = await update.executeTakeFirst();
  const row = await trx.selectFrom('profile').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return { ok: false, because: 'missing' };
  if (numUpdatedRows === 1n) {
    await insertVersion(trx, id, row.currentVersion, change, nowMs);
    return { ok: true, profile: await readProfileRow(trx, id) };
  }
  if (row.deletedAtMs !== null) return { ok: false, because: 'deleted' };
  if (baseVersion === null || row.currentVersion === baseVersion) return { ok: false, because: 'name-taken' };
  return { ok: false, because: 'changed', currentVersion: row.currentVersion };
}

/** Whether no other profile that is there has the name. */
function nameIsFree(name: (row: ExpressionBuilder<Database, 'profile'>) => Expression<string>) {
  return (row: ExpressionBuilder<Database, 'profile'>) =>
    row.not(
      row.exists(
        row
          .selectFrom('profile as other')
          .select('other.id')
          .where('other.name', '=', name(row))
          .where('other.deletedAtMs', 'is', null)
          .whereRef('other.id', '!=', 'profile.id'),
      ),
    );
}

async function insertVersion(
  trx: Transaction<Database>,
  profileId: string,
  version: number,
  { recipe, note, by }: ProfileChange,
  nowMs: number,
): Promise<void> {
  const recipeJson = JSON.stringify({ ...recipe, version });
  await trx
    .insertInto('profileVersion')
    .values({ profileId, version, recipeJson, note, createdBy: by, createdAtMs: nowMs })
    .execute();
}

function currentRows(db: Db) {
  return db
    .selectFrom('profile')
    .innerJoin('profileVersion', (join) =>
      join
        .onRef('profileVersion.profileId', '=', 'profile.id')
        .onRef('profileVersion.version', '=', 'profile.currentVersion'),
    )
    .select(['profile.id', 'profile.createdAtMs', 'profile.updatedAtMs', 'profile.deletedAtMs'])
    .select('profileVersion.recipeJson');
}

async function readProfileRow(trx: Transaction<Database>, id: string): Promise<StoredProfile> {
  return readRow(await currentRows(trx).where('profile.id', '=', id).executeTakeFirstOrThrow());
}

function readRow({ recipeJson, ...row }: Omit<StoredProfile, 'recipe'> & { recipeJson: string }): StoredProfile {
  return { ...row, recipe: parseRecipe(recipeJson) };
}

function versionFacts(row: Omit<StoredVersion, 'recipe'>): Omit<StoredVersion, 'recipe'> {
  const { version, note, createdBy, createdAtMs } = row;
  return { version, note, createdBy, createdAtMs };
}

function parseRecipe(recipeJson: string): Profile {
  return profile.parse(JSON.parse(recipeJson));
}
