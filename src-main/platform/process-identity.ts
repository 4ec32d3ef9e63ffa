import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/*
 * A pid is reused by the system; pid and start time together are not. Whoever kills by pid checks this first.
 */

/**
 * Linux: when the process started, in clock ticks since boot (field 22 of /proc/PID/stat). Null when there is no such
 * process, when it is a zombie, or on another system. Synchronous, so that no other work comes between start and record.
 */
export function linuxStartTicks(pid: number): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/**
 * What tells this process from a later one with the same pid; null when it has gone. macOS and BSD: start time from `ps`, to
 * the second. Windows: the image name from `tasklist`, which lets a recycled pid of another FFmpeg pass.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return linuxStartTicks(pid);
  const [program, ...args] =
    process.platform === 'win32'
      ? ['tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']
      : ['ps', '-o', 'lstart=', '-p', String(pid)];
  try {
    const { stdout } = await promisify(execFile)(program, args, { windowsHide: true });
    const answer = process.platform === 'win32' ? (/^"([^"]+)"/m.exec(stdout)?.[1] ?? '') : stdout.trim();
    return answer === '' ? null : answer;
  } catch {
    return null;
  }
}
