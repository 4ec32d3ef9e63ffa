import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { redact } from '#main/platform/redact.ts';
import { errorEventPage, type ErrorEventRow, recordErrors, resolveError } from '#main/store/error-events.ts';
import type { Database } from '#main/store/schema.ts';
import {
  errorEventList,
  errorEventView,
  type ErrorEventView,
  errorParams,
  errorPatch,
  errorSeverity,
  errorsQuery,
  newError,
} from '#shared/protocol/errors.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { rateWindow } from '../rate-window.ts';
import { RequestRefused, type Route, route } from '../route.ts';

export type ErrorDeps = { db: Kysely<Database>; clock: Clock };

/** A page that fails in a loop tells of it twice a second, for a minute. */
const mostReports = { windowMs: 60_000, most: 120 };

/** What went wrong anywhere. */
export function errorRoutes({ db, clock }: ErrorDeps): Route[] {
  const count = rateWindow(clock, mostReports);
  return [
    route({
      method: 'post',
      path: '/errors',
      tag: 'errors',
      summary: 'Tells of an error in a page; the same within a minute counts up',
      role: 'viewer',
      body: newError,
      status: 201,
      answer: errorEventView,
      audit: 'never',
      problems: ['ENC-SYS-005'],
      handle: async ({ body: { context, ...report }, actor }) => {
        const { kind, id: actorId } = demandActor(actor);
        count(`${kind}:${actorId}`);
        const [row] = await recordErrors(db, [
          {
            ...report,
            id: newId(),
            sourceComponent: 'frontend',
            contextJson: JSON.stringify(redact(context)),
            occurrences: 1,
            atMs: clock.nowMs(),
          },
        ]);
        if (row === undefined) throw new Error('an error event was not written');
        return { status: 201, body: viewOf(row) };
      },
    }),
    route({
      method: 'get',
      path: '/errors',
      tag: 'errors',
      summary: 'Lists errors, the last ones first',
      role: 'operator',
      query: errorsQuery,
      answer: errorEventList,
      handle: ({ query }) => {
        const filter = { ...query, sinceMs: msOf(query.since), untilMs: msOf(query.until) };
        return answerPage('errors', query, (ask) => errorEventPage(db, filter, ask), viewOf);
      },
    }),
    route({
      method: 'patch',
      path: '/errors/{id}',
      tag: 'errors',
      summary: 'Marks an error as dealt with, or as not',
      role: 'operator',
      params: errorParams,
      body: errorPatch,
      answer: errorEventView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id }, body: { resolved } }) => {
        const row = await resolveError(db, id, resolved);
        if (row === null) throw new RequestRefused('ENC-SYS-006', `There is no error ${id}.`);
        return { body: viewOf(row) };
      },
    }),
  ];
}

const storedContext = z.record(z.string(), z.json());

function viewOf({ contextJson, createdAtMs, lastAtMs, resolved, severity, ...row }: ErrorEventRow): ErrorEventView {
  return {
    ...row,
    severity: errorSeverity.parse(severity),
    context: storedContext.parse(JSON.parse(contextJson)),
    createdAt: new Date(createdAtMs).toISOString(),
    lastAt: new Date(lastAtMs).toISOString(),
    resolved: resolved === 1,
  };
}

function msOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
