import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import envPaths from 'env-paths';
import { systemClock } from '#main/platform/clock.ts';

/**
 * Writes all that is known of an unexpected error into a file of its own and answers where it is; null where no file can be
 * written. Synchronous, because nothing can be waited for any more.
 */
export function writeCrashLog(error: unknown, argv: readonly string[]): string | null {
  const folder = envPaths('encrew', { suffix: '' }).log;
  const time = new Date(systemClock.nowMs()).toISOString();
  const path = join(folder, `crash-${time.replaceAll(':', '-')}-${process.pid}.log`);
  const facts = { time, argv, node: process.version, platform: `${process.platform}-${process.arch}`, error };
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${inspect(facts, { depth: 8 })}\n`, { flag: 'wx' });
    return path;
  } catch {
    return null;
  }
}
