import { type Kysely, type Selectable, sql } from 'kysely';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import { hasPart } from './has-part.ts';
import { type KnownFile, readKnownFile } from './known-files.ts';
import { type Page, type PageAsk, type PageOrder, readPage } from './page.ts';
import type { Database, KnownFileTable } from './schema.ts';

type Db = Kysely<Database>;

export type KnownFileFilter = { state?: KnownFileState | undefined; search?: string | undefined };

const byPath: PageOrder<Selectable<KnownFileTable>> = { by: 'path', id: 'id', direction: 'asc' };

/** Most matches of a search that are counted: nobody turns their pages. */
export const mostCounted = 10_000;

/** A page of a folder's files, by path. `total` of a search is `mostCounted` where there are more. */
export async function knownFilePage(
  db: Db,
  watchFolderId: string,
  { state, search }: KnownFileFilter,
  ask: PageAsk,
): Promise<Page<KnownFile>> {
  const all = db.selectFrom('knownFile').selectAll();
  const inFolder = all.where('watchFolderId', '=', watchFolderId);
  const files = state === undefined ? inFolder : inFolder.where('state', '=', state);
  if (search === undefined) return parsed(await readPage(files, byPath, ask));

  const ids = await likelyIds(db, search);
  if (ids !== null) {
    // As JSON: ten thousand ids are more than a statement takes. The `+` keeps SQLite from going through the folder instead.
    const few = all
      .where('id', 'in', sql<number>`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .where(sql<boolean>`+watchFolderId = ${watchFolderId}`)
      .where(sql<boolean>`(${state ?? null} IS NULL OR +state = ${state ?? null})`)
      .where(hasPart('path', search));
    return parsed(await readPage(few, byPath, ask));
  }
  const matching = files.where(hasPart('path', search));
  // So many that the first of them are near the first of all.
  const counted = await matching.clearSelect().select('id').limit(mostCounted).execute();
  return parsed(await readPage(matching, byPath, ask, counted.length));
}

/**
 * Files of any folder whose path has such a part, and perhaps some others. Null where there are too many, or too little to
 * look for: the index knows groups of three letters.
 */
async function likelyIds(db: Db, search: string): Promise<number[] | null> {
  if ([...search].length < 3) return null;
  // `_` is any one letter: the index does not know ESCAPE.
  const part = `%${search.replaceAll(/[%_]/g, '_')}%`;
  const found = await db
    .selectFrom('knownFileSearch')
    .select('rowid')
    .where('path', 'like', part)
    .limit(mostCounted + 1)
    .execute();
  return found.length > mostCounted ? null : found.map(({ rowid }) => rowid);
}

function parsed(page: Page<Selectable<KnownFileTable>>): Page<KnownFile> {
  return { ...page, rows: page.rows.map(readKnownFile) };
}
