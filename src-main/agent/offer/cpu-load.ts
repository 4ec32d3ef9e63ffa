import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** CPU time until a moment, milliseconds, over all cores. */
export type CpuTimes = {
  /** Of programs that were not made nice: those that were go last, as a node's own work does, and wait for nobody. */
  busyMs: number;
  totalMs: number;
  /** Of `busyMs`, what this process and all that it has started took; null where that can't be told. */
  ownMs: number | null;
};

/**
 * Reads the counters of the system. Only Linux tells what FFmpeg, a child, has used while it still runs.
 *
 * @param isNice whether this process makes its children nice
 */
export function cpuTimes(isNice: boolean): CpuTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const { user, nice, sys, idle, irq } = times;
    busyMs += user + sys + irq;
    totalMs += user + nice + sys + irq + idle;
  }
  return { busyMs, totalMs, ownMs: process.platform === 'linux' ? ownCpuMs(isNice) : null };
}

/**
 * Share of all cores that others used between two readings, 0 to 1; null where that can't be told: no time has passed, or
 * FFmpeg runs and its part is unknown.
 */
export function othersLoad(before: CpuTimes, after: CpuTimes, isIdle: boolean): number | null {
  const totalMs = after.totalMs - before.totalMs;
  if (totalMs <= 0) return null;
  const ownMs = before.ownMs === null || after.ownMs === null ? null : after.ownMs - before.ownMs;
  if (ownMs === null && !isIdle) return null;
  const othersMs = after.busyMs - before.busyMs - Math.max(0, ownMs ?? 0);
  return Math.min(1, Math.max(0, othersMs / totalMs));
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock (USER_HZ). */
const tickMs = 10;

/** Fields 14 to 17 of a stat line, counted after the program's name. */
const field = { utime: 11, stime: 12, cutime: 13, cstime: 14 };

/** The time of nice children in programs is counted apart by the system; their time in the kernel is not. */
function ownCpuMs(isNice: boolean): number | null {
  const live = isNice ? [field.stime] : [field.utime, field.stime];
  const ended = isNice ? [field.cstime] : [field.cutime, field.cstime];
  try {
    const own = ticksOf('self', [field.utime, field.stime, ...ended]);
    const children = readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, pid) => sum + liveTicks(pid, live), own) * tickMs;
  } catch {
    return null;
  }
}

/** One that has just ended is counted by its parent from now on. */
function liveTicks(pid: string, fields: readonly number[]): number {
  try {
    return ticksOf(pid, fields);
  } catch {
    return 0;
  }
}

function ticksOf(pid: string, fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, at) => sum + Number(words[at] ?? 0), 0);
}
