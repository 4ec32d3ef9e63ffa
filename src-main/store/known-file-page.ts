import { type Kysely, type Selectable, sql } from 'kysely';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import { mostFound } from '#shared/protocol/page.ts';
import { hasPart } from './has-part.ts';
import { type KnownFile, readKnownFile } from './known-files.ts';
import { countRows, type Page, type PageAsk, type PageOrder, readPage } from './page.ts';
import { anyOf, likelyRows } from './path-search.ts';
import type { Database, KnownFileTable } from './schema.ts';

type Db = Kysely<Database>;

export type KnownFileFilter = { state?: KnownFileState | undefined; search?: string | undefined };

const byPath: PageOrder<Selectable<KnownFileTable>> = { by: 'path', id: 'id', direction: 'asc' };

/** A page of a folder's files, by path. `total` of a search is `mostFound` where there are more. */
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

  const ids = await likelyRows(db, 'knownFileSearch', search);
  if (ids !== null) {
    // The `+` keeps SQLite from going through the folder instead.
    const few = all
      .where('id', 'in', anyOf(ids))
      .where(sql<boolean>`+watchFolderId = ${watchFolderId}`)
      .where(sql<boolean>`(${state ?? null} IS NULL OR +state = ${state ?? null})`)
      .where(hasPart('path', search));
    return parsed(await readPage(few, byPath, ask));
  }
  const matching = files.where(hasPart('path', search));
  // So many that the first of them are near the first of all.
  return parsed(await readPage(matching, byPath, ask, () => countRows(matching, mostFound)));
}

function parsed(page: Page<Selectable<KnownFileTable>>): Page<KnownFile> {
  return { ...page, rows: page.rows.map(readKnownFile) };
}
