import { unlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { endThatVeryProcess } from '#main/platform/end-process.ts';
import { processIdentity } from '#main/platform/process-identity.ts';

/*
 * The watchdog's own process: outlives Encrew by moments and cleans up after it. Started by watchdog.ts, spoken to on stdin
 * in JSON lines: ["start", pid, identity], ["end", pid], ["partial", path], ["done", path]. When stdin closes, Encrew is
 * gone, however it went: what was started and has not ended is killed, and what was partial is deleted.
 */

const processes = new Map<number, Promise<string | null>>();
const partialPaths = new Set<string>();

// Ctrl-C and a closing terminal are for Encrew to answer; this process ends when its pipe does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', note)
  .on('close', () => void cleanUp());

function note(line: string): void {
  const message: unknown = JSON.parse(line);
  if (!Array.isArray(message)) return;
  const [verb, subject, identity] = message as unknown[];
  if (verb === 'start' && typeof subject === 'number') {
    processes.set(subject, typeof identity === 'string' ? Promise.resolve(identity) : processIdentity(subject));
  }
  if (verb === 'end' && typeof subject === 'number') processes.delete(subject);
  if (verb === 'partial' && typeof subject === 'string') partialPaths.add(subject);
  if (verb === 'done' && typeof subject === 'string') partialPaths.delete(subject);
}

async function cleanUp(): Promise<void> {
  await Promise.all(
    [...processes].map(async ([pid, recorded]) => {
      const identity = await recorded;
      if (identity !== null) await endThatVeryProcess(pid, identity);
    }),
  );
  // After the writers are gone: one of them could create its file again.
  await Promise.all([...partialPaths].map((path) => unlink(path).catch(() => {})));
}
