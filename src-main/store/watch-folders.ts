import type { Kysely, Selectable, Updateable } from 'kysely';
import {
  type Afterwards,
  afterwards,
  type RootState,
  rootState,
  type WatchRules,
  watchRules,
} from '#shared/model/watch-folder.ts';
import { dropKnownFiles } from './known-files.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, WatchFolderTable } from './schema.ts';

export type WatchFolder = Omit<
  Selectable<WatchFolderTable>,
  'enabled' | 'afterwards' | 'rulesJson' | 'rootState' | 'scanWanted'
> & {
  enabled: boolean;
  afterwards: Afterwards;
  rules: WatchRules;
  rootState: RootState;
  scanWanted: boolean;
};

/** What an admin decides of a watch folder. */
export type WatchFolderRule = Pick<
  WatchFolder,
  | 'path'
  | 'name'
  | 'enabled'
  | 'profileId'
  | 'profileName'
  | 'outputDir'
  | 'afterwards'
  | 'moveDir'
  | 'moveMount'
  | 'rules'
>;

type Db = Kysely<Database>;

/** All of them, by name. */
export async function listWatchFolders(db: Db): Promise<WatchFolder[]> {
  const rows = await db.selectFrom('watchFolder').selectAll().orderBy('name').orderBy('id').execute();
  return rows.map(readWatchFolder);
}

/** A page of them, by name. */
export async function watchFolderPage(db: Db, ask: PageAsk): Promise<Page<WatchFolder>> {
  const query = db.selectFrom('watchFolder').selectAll();
  const page = await readPage(query, { by: 'name', id: 'id', direction: 'asc' }, ask);
  return { ...page, rows: page.rows.map(readWatchFolder) };
}

/** Null when there is none of that id. */
export async function findWatchFolder(db: Db, id: string): Promise<WatchFolder | null> {
  const row = await db.selectFrom('watchFolder').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : readWatchFolder(row);
}

/** The caller has made sure that no other watch folder has its path. */
export async function addWatchFolder(
  db: Db,
  { id, rule, createdBy, nowMs }: { id: string; rule: WatchFolderRule; createdBy: string | null; nowMs: number },
): Promise<void> {
  await db
    .insertInto('watchFolder')
    .values({
      id,
      ...ruleColumns(rule),
      rootState: 'unknown',
      scanWanted: 1,
      scanFiles: 0,
      createdBy,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .execute();
}

/** Replaces the rule. At another path everything is looked for anew; false where the folder is gone. */
export async function changeWatchFolder(db: Db, id: string, rule: WatchFolderRule, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('watchFolder')
    .set({ ...ruleColumns(rule), scanWanted: 1, scanCursor: null, updatedAtMs: nowMs })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Forgets the folder and what is known of its files; jobs and files stay. False where there was none. */
export async function removeWatchFolder(db: Db, id: string): Promise<boolean> {
  await dropKnownFiles(db, id);
  const { numDeletedRows } = await db.deleteFrom('watchFolder').where('id', '=', id).executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Asks for a scan as soon as may be. */
export async function wantScan(db: Db, id: string): Promise<void> {
  await db.updateTable('watchFolder').set({ scanWanted: 1 }).where('id', '=', id).execute();
}

/** What intake has found out about the folder. */
export async function noteWatchFolder(
  db: Db,
  id: string,
  change: Pick<
    Updateable<WatchFolderTable>,
    | 'rootState'
    | 'rootNote'
    | 'rootDevice'
    | 'watchNote'
    | 'scanWanted'
    | 'scanCursor'
    | 'scanFiles'
    | 'scanStartedAtMs'
    | 'scanFinishedAtMs'
  >,
): Promise<void> {
  await db.updateTable('watchFolder').set(change).where('id', '=', id).execute();
}

function ruleColumns({ enabled, rules, ...rule }: WatchFolderRule) {
  return { ...rule, enabled: enabled ? 1 : 0, rulesJson: JSON.stringify(rules) };
}

function readWatchFolder({ rulesJson, ...row }: Selectable<WatchFolderTable>): WatchFolder {
  return {
    ...row,
    enabled: row.enabled === 1,
    scanWanted: row.scanWanted === 1,
    afterwards: afterwards.parse(row.afterwards),
    rootState: rootState.parse(row.rootState),
    rules: watchRules.parse(JSON.parse(rulesJson)),
  };
}
