import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';

/** SIGKILL, then waits (bounded) until it is gone; a process with another identity has only the same number. False for that. */
export async function endThatVeryProcess(pid: number, identity: string): Promise<boolean> {
  for (let round = 0; round < 200; round += 1) {
    if ((await processIdentity(pid)) !== identity) return round > 0;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return false;
    }
    await delay(25);
  }
  return true;
}
