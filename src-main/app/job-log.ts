import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { safeFileName } from '#shared/format/safe-name.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';

/** A job's evidence, one JSON object a line: every command, every outcome, every decision about a failure. */
export type JobLog = { path: string; log: Logger };

type Level = keyof Logger;

/**
 * A new log file in `{data}/logs/`, whose lines also go to `also`. A log that can't be written costs its lines, never the
 * job.
 */
export function openJobLog(dataDir: string, name: string, clock: Clock, also: Logger): JobLog {
  const folder = join(dataDir, 'logs');
  const stamp = fileTimestamp(clock.nowMs());
  const path = join(folder, `${stamp}-${safeFileName(name, 100)}-${process.pid}.log`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    also.warn({ folder, error: String(error) }, 'no log can be written');
  }
  return { path, log: logTo(path, clock, also) };
}

/** The log of a queued job, `{data}/logs/jobs/{id}.log`, which the server and its node both add to. */
export function appendJobLog(dataDir: string, jobId: string, clock: Clock, also: Logger): Logger {
  const path = jobLogPath(dataDir, jobId);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    also.warn({ path, error: String(error) }, 'no log can be written');
  }
  // Commands and plans fill pages: the server's own log has what went wrong.
  return logTo(path, clock, { ...also, info: also.debug });
}

/** Where a queued job's log is. `jobId` is one of ours: a plain name. */
export function jobLogPath(dataDir: string, jobId: string): string {
  return join(dataDir, 'logs', 'jobs', `${safeFileName(jobId, 100)}.log`);
}

function logTo(path: string, clock: Clock, also: Logger): Logger {
  const write =
    (level: Level): Logger[Level] =>
    (fields, message) => {
      also[level](fields, message);
      const line = { time: new Date(clock.nowMs()).toISOString(), level, message, ...fields };
      try {
        // Synchronous: the last line before a crash is the one that matters.
        appendFileSync(path, `${JSON.stringify(line)}\n`);
      } catch {
        // Told once, when the folder was made; the disk may be full by now.
      }
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** `20260131T235959Z` (ISO 8601 basic format, UTC): sorts by time and is a name on every file system. */
export function fileTimestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
