import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** CPU time until a moment, milliseconds, over all cores. */
export type CpuTimes = {
  busyMs: number;
  totalMs: number;
  /** Of this process and all that it has started; null where that can't be told. */
  ownMs: number | null;
};

/** Reads the counters of the system. Only Linux tells what FFmpeg, a child, has used while it still runs. */
export function cpuTimes(): CpuTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const { user, nice, sys, idle, irq } = times;
    busyMs += user + nice + sys + irq;
    totalMs += user + nice + sys + irq + idle;
  }
  return { busyMs, totalMs, ownMs: process.platform === 'linux' ? ownCpuMs() : null };
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

function ownCpuMs(): number | null {
  try {
    // With what ended and was waited for: utime, stime, cutime, cstime are fields 14 to 17.
    const own = ticksOf('self', [11, 12, 13, 14]);
    const children = readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, pid) => sum + liveTicks(pid), own) * tickMs;
  } catch {
    return null;
  }
}

/** One that has just ended is counted by its parent from now on. */
function liveTicks(pid: string): number {
  try {
    return ticksOf(pid, [11, 12]);
  } catch {
    return 0;
  }
}

function ticksOf(pid: string, fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, field) => sum + Number(words[field] ?? 0), 0);
}
