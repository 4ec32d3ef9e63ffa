import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { type NewErrorEvent, recordErrors } from './error-events.ts';
import type { Database } from './schema.ts';

export type ErrorReport = Pick<NewErrorEvent, 'sourceComponent' | 'severity' | 'message' | 'stackTrace'> & {
  context: Readonly<Record<string, unknown>>;
};

/** Takes errors from anywhere, at any rate, and never fails: who reports one has trouble enough. */
export type ErrorSink = {
  add(report: ErrorReport): void;
  /** Writes what waits; for the end of the server. */
  flush(): Promise<void>;
};

/** What comes within this is written at once. */
const gatherMs = 1_000;
const mostWaiting = 100;
const longestMessage = 2_000;
const longestStack = 16_000;
const longestContext = 8_000;

/**
 * Gathers errors and writes them to the store. Different ones beyond a hundred a second are counted and not kept. What can't
 * be written is dropped: the log has it, and to log that would come here again.
 */
export function errorSink(db: Kysely<Database>, clock: Clock): ErrorSink {
  let waiting = new Map<string, NewErrorEvent>();
  let dropped = 0;
  let isArmed = false;
  let writing: Promise<unknown> = Promise.resolve();

  const flush = async (): Promise<void> => {
    isArmed = false;
    const events = [...waiting.values(), ...(dropped === 0 ? [] : [overflow(dropped, clock.nowMs())])];
    waiting = new Map();
    dropped = 0;
    if (events.length > 0) writing = writing.then(() => recordErrors(db, events)).catch(() => {});
    await writing;
  };

  return {
    add: (report) => {
      const event = eventOf(report, clock.nowMs());
      const key = JSON.stringify([event.sourceComponent, event.severity, event.message]);
      const known = waiting.get(key);
      if (known !== undefined) {
        waiting.set(key, { ...known, occurrences: known.occurrences + 1, atMs: event.atMs });
      } else if (waiting.size < mostWaiting) waiting.set(key, event);
      else dropped += 1;
      if (isArmed) return;
      isArmed = true;
      clock.after(gatherMs, () => void flush());
    },
    flush,
  };
}

function eventOf({ context, ...report }: ErrorReport, atMs: number): NewErrorEvent {
  const contextJson = JSON.stringify(context, plainValue);
  return {
    ...report,
    id: newId(),
    message: report.message.slice(0, longestMessage),
    stackTrace: report.stackTrace?.slice(0, longestStack) ?? null,
    contextJson:
      contextJson.length <= longestContext ? contextJson : JSON.stringify({ cut: contextJson.slice(0, 1000) }),
    occurrences: 1,
    atMs,
  };
}

/** Numbers of the database that JSON does not know. */
function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function overflow(count: number, atMs: number): NewErrorEvent {
  const report = { sourceComponent: 'server', severity: 'warning', stackTrace: null, context: { count } } as const;
  return eventOf({ ...report, message: 'more errors came at once than are kept: the log has them' }, atMs);
}
