import { once } from 'node:events';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import { type AuditFilter, type AuditRow, auditPortions, pageOfAudit } from '#main/store/audit.ts';
import type { Database } from '#main/store/schema.ts';
import {
  auditActorKind,
  type AuditExportQuery,
  auditExportQuery,
  auditList,
  auditListQuery,
  auditResult,
  type AuditView,
} from '#shared/protocol/audit.ts';
import { csvLine } from '../csv.ts';
import { answerPage } from '../page.ts';
import { type Route, route, type StreamedAnswer } from '../route.ts';

export type AuditDeps = { db: Kysely<Database>; clock: Clock };

/** The audit, as pages and as one file. */
export function auditRoutes({ db, clock }: AuditDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/audit',
      tag: 'audit',
      summary: 'Who changed what, or tried to; the newest first',
      role: 'admin',
      query: auditListQuery,
      answer: auditList,
      handle: ({ query }) => answerPage('audit', query, (ask) => pageOfAudit(db, filterOf(query), ask), auditAnswer),
    }),
    route({
      method: 'get',
      path: '/audit.csv',
      tag: 'audit',
      summary: 'The same as a file for a spreadsheet (RFC 4180)',
      role: 'admin',
      query: auditExportQuery,
      streams: 'text/csv',
      handle: async ({ query }) => exported(db, filterOf(query), new Date(clock.nowMs()).toISOString().slice(0, 10)),
    }),
  ];
}

const rowsAtOnce = 500;

const head = csvLine([
  ...['time', 'actorKind', 'actorId', 'actor', 'action', 'resourceType', 'resourceId', 'result'],
  ...['requestId', 'address', 'details'],
]);

function exported(db: Kysely<Database>, filter: AuditFilter, day: string): StreamedAnswer {
  return {
    stream: async (request, response) => {
      response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
      response.setHeader('Content-Disposition', `attachment; filename="encrew-audit-${day}.csv"`);
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      response.write(head);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      for await (const rows of auditPortions(db, filter, rowsAtOnce)) {
        if (gone.signal.aborted) return;
        // A slow reader makes us read slowly, not keep the file in memory.
        const isFull = !response.write(rows.map(auditCsv).join(''));
        if (isFull && !(await drained(response, gone.signal))) return;
      }
      response.end();
    },
  };
}

/** False when the reader went away instead. */
async function drained(response: NodeJS.EventEmitter, gone: AbortSignal): Promise<boolean> {
  try {
    await once(response, 'drain', { signal: gone });
    return true;
  } catch (error) {
    if (gone.aborted) return false;
    throw error;
  }
}

function auditCsv(row: AuditRow): string {
  return csvLine([
    ...[isoTime(row.atMs), row.actorKind, row.actorId, row.actorName, row.action, row.resourceType, row.resourceId],
    ...[row.result, row.requestId, row.address, row.detailsJson],
  ]);
}

function auditAnswer(row: AuditRow): AuditView {
  const { id, action, resourceType, resourceId, requestId, address } = row;
  return {
    ...{ id, action, resourceType, resourceId, requestId, address },
    at: isoTime(row.atMs),
    actor: { kind: auditActorKind.parse(row.actorKind), id: row.actorId, name: row.actorName },
    result: auditResult.parse(row.result),
    details: z.json().parse(JSON.parse(row.detailsJson)),
  };
}

function filterOf({ from, to, user, action, resourceType, resourceId, result }: AuditExportQuery): AuditFilter {
  return {
    ...{ user, action, resourceType, resourceId, result },
    fromMs: from === undefined ? undefined : Date.parse(from),
    untilMs: to === undefined ? undefined : Date.parse(to),
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
