import { type Kysely, type Selectable, sql } from 'kysely';
import type { Insertable } from 'kysely';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { AuditTable, Database } from './schema.ts';

/*
 * Who changed what, when, and what came of it. Rows are only ever added.
 */

export type AuditRow = Selectable<AuditTable>;

/** What is left out or undefined lets everything through. */
export type AuditFilter = {
  /** Name or id of who did it. */
  user?: string | undefined;
  /** Any part of the action. */
  action?: string | undefined;
  resourceType?: string | undefined;
  /** Any part of the id. */
  resourceId?: string | undefined;
  result?: 'success' | 'failure' | undefined;
  fromMs?: number | undefined;
  /** Not itself. */
  untilMs?: number | undefined;
};

type Db = Kysely<Database>;

/** Adds one row. */
export async function addAudit(db: Db, row: Insertable<AuditTable>): Promise<void> {
  await db.insertInto('audit').values(row).execute();
}

/** The newest first. */
export async function pageOfAudit(db: Db, filter: AuditFilter, ask: PageAsk): Promise<Page<AuditRow>> {
  return readPage(filtered(db, filter), { by: 'atMs', id: 'id', direction: 'desc' }, ask);
}

/** The newest first, a portion at a time: an export never holds more than one of them. Rows added meanwhile are left out. */
export async function* auditPortions(db: Db, filter: AuditFilter, portion: number): AsyncGenerator<AuditRow[]> {
  const newest = await db.selectFrom('audit').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  let rows: AuditRow[] = [];
  do {
    const last = rows.at(-1);
    const until = filtered(db, filter).where('id', '<=', newest?.id ?? 0);
    const rest = last === undefined ? until : until.where(sql<boolean>`(atMs, id) < (${last.atMs}, ${last.id})`);
    rows = await rest.orderBy('atMs', 'desc').orderBy('id', 'desc').limit(portion).execute();
    if (rows.length > 0) yield rows;
  } while (rows.length === portion);
}

function filtered(db: Db, filter: AuditFilter) {
  const { user, action, resourceType, resourceId, result, fromMs, untilMs } = filter;
  return db
    .selectFrom('audit')
    .selectAll()
    .$if(user !== undefined, (rows) =>
      rows.where(sql<boolean>`(actorId = ${user} OR actorName = ${user} COLLATE NOCASE)`),
    )
    .$if(action !== undefined, (rows) => rows.where(contains('action', action ?? '')))
    .$if(resourceType !== undefined, (rows) => rows.where('resourceType', '=', resourceType ?? ''))
    .$if(resourceId !== undefined, (rows) => rows.where(contains('resourceId', resourceId ?? '')))
    .$if(result !== undefined, (rows) => rows.where('result', '=', result ?? ''))
    .$if(fromMs !== undefined, (rows) => rows.where('atMs', '>=', fromMs ?? 0))
    .$if(untilMs !== undefined, (rows) => rows.where('atMs', '<', untilMs ?? 0));
}

/** `%` and `_` mean themselves. */
function contains(column: 'action' | 'resourceId', part: string) {
  const pattern = `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`${sql.ref(column)} LIKE ${pattern} ESCAPE '\\'`;
}
