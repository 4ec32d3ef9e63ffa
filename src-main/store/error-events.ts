import type { Kysely, Selectable } from 'kysely';
import { hasPart } from './has-part.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, ErrorEventTable } from './schema.ts';

/*
 * What went wrong anywhere (S3 2.5). The same again within a minute counts up instead of filling the table, and the table keeps
 * its newest events only: a server that fails in a loop must not fill its own disk.
 */

export type NewErrorEvent = {
  id: string;
  /** `frontend`, `server`, `node:{id}`. */
  sourceComponent: string;
  severity: 'warning' | 'error' | 'critical' | 'fatal';
  message: string;
  stackTrace: string | null;
  contextJson: string;
  /** How often, 1 or more. */
  occurrences: number;
  atMs: number;
};

export type ErrorEventRow = Selectable<ErrorEventTable>;

const sameMs = 60_000;
const mostEvents = 10_000;

/** Writes events in one transaction and answers the row of each: a new one, or that of the same within the last minute. */
export async function recordErrors(
  db: Kysely<Database>,
  events: readonly NewErrorEvent[],
  mostKept = mostEvents,
): Promise<ErrorEventRow[]> {
  return db.transaction().execute(async (trx) => {
    const rows: ErrorEventRow[] = [];
    for (const event of events) rows.push((await countUp(trx, event)) ?? (await insert(trx, event)));
    const kept = trx.selectFrom('errorEvent').select('lastAtMs').orderBy('lastAtMs', 'desc').limit(1);
    await trx
      .deleteFrom('errorEvent')
      .where('lastAtMs', '<', kept.offset(mostKept - 1))
      .execute();
    return rows;
  });
}

/** Undefined where there is no such event in the last minute, or where it was dealt with. */
function countUp(trx: Kysely<Database>, event: NewErrorEvent): Promise<ErrorEventRow | undefined> {
  const { sourceComponent, severity, message, occurrences, atMs } = event;
  const same = trx
    .selectFrom('errorEvent')
    .select('id')
    .where('lastAtMs', '>', atMs - sameMs)
    .where('sourceComponent', '=', sourceComponent)
    .where('severity', '=', severity)
    .where('message', '=', message)
    .where('resolved', '=', 0)
    .orderBy('lastAtMs', 'desc')
    .limit(1);
  return trx
    .updateTable('errorEvent')
    .set((column) => ({
      occurrences: column('occurrences', '+', occurrences),
      lastAtMs: column.fn<number>('max', [column.ref('lastAtMs'), column.val(atMs)]),
    }))
    .where('id', '=', same)
    .returningAll()
    .executeTakeFirst();
}

function insert(trx: Kysely<Database>, { atMs, ...event }: NewErrorEvent): Promise<ErrorEventRow> {
  return trx
    .insertInto('errorEvent')
    .values({ ...event, createdAtMs: atMs, lastAtMs: atMs, resolved: 0 })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export type ErrorEventFilter = {
  source?: string | undefined;
  severity?: string | undefined;
  resolved?: boolean | undefined;
  /** Part of the message. */
  search?: string | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
};

/** A page of events, the last ones first. */
export function errorEventPage(
  db: Kysely<Database>,
  filter: ErrorEventFilter,
  ask: PageAsk,
): Promise<Page<ErrorEventRow>> {
  let query = db.selectFrom('errorEvent').selectAll();
  if (filter.source !== undefined) query = query.where('sourceComponent', '=', filter.source);
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
  if (filter.resolved !== undefined) query = query.where('resolved', '=', filter.resolved ? 1 : 0);
  if (filter.search !== undefined) query = query.where(hasPart('message', filter.search));
  if (filter.sinceMs !== undefined) query = query.where('lastAtMs', '>=', filter.sinceMs);
  if (filter.untilMs !== undefined) query = query.where('lastAtMs', '<', filter.untilMs);
  return readPage(query, { by: 'lastAtMs', id: 'id', direction: 'desc' }, ask);
}

/** Marks an event as dealt with, or as not; null when there is none of that id. */
export async function resolveError(
  db: Kysely<Database>,
  id: string,
  isResolved: boolean,
): Promise<ErrorEventRow | null> {
  const row = await db
    .updateTable('errorEvent')
    .set({ resolved: isResolved ? 1 : 0 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}
