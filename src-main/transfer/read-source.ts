import type { Clock } from '#main/platform/clock.ts';
import { keepTrying, type Tried } from './keep-trying.ts';
import { LinkDown, refusalIn, type ServerClient } from './server-client.ts';
import { sourceTag, type TaggedSource } from './source-tag.ts';

export type SourceFault = { because: 'changed' | 'lost'; message: string };

export type SourceBytes = { ok: true; bytes: Uint8Array } | { ok: false; fault: SourceFault };

export type SourceReader = {
  sizeBytes: number;
  /** Bytes `first` to `last`, both inclusive and in the file. Waits out any outage; rejects with what the signal was aborted with. */
  read: (first: number, last: number, signal: AbortSignal) => Promise<SourceBytes>;
  /** What came over the line so far, and how long it took, waiting for an absent server left out. */
  travelled: () => { bytes: number; sec: number };
  /** The server, or its disk, was out of reach a moment ago. */
  isStuck: () => boolean;
};

/** Longer than between two tries, the one of them ended by silence. */
const momentMs = 60_000;

export type ReaderDeps = { client: ServerClient; clock: Clock };

/** Reads a job's source from the server. A cut line costs nothing that has come already. */
export function sourceReader(jobId: string, source: TaggedSource, { client, clock }: ReaderDeps): SourceReader {
  const path = `/sources/${encodeURIComponent(jobId)}`;
  const tag = sourceTag(source);
  let troubledAtMs: number | null = null;
  let bytesSoFar = 0;
  let msSoFar = 0;

  const read: SourceReader['read'] = async (first, last, signal) => {
    const wanted = last - first + 1;
    const bytes = new Uint8Array(wanted);
    let filled = 0;
    const take = (piece: Uint8Array): void => {
      if (piece.length > wanted - filled) throw new RangeError('the server sent more than it was asked for');
      bytes.set(piece, filled);
      filled += piece.length;
      bytesSoFar += piece.length;
    };
    const once = async (): Promise<Tried<SourceBytes>> => {
      const startedMs = clock.monotonicMs();
      const before = filled;
      try {
        const range = `bytes=${first + filled}-${last}`;
        const reply = await client({
          ...{ method: 'GET', path, signal, onBytes: take },
          headers: { range, 'if-match': tag },
        });
        if (reply.status === 206 && filled === wanted) return { again: false, value: { ok: true, bytes } };
        const refusal = refusalIn(reply);
        switch (refusal?.code) {
          case 'changed':
            return fault('changed', refusal.message);
          case 'lost':
          case 'stranger':
            return fault('lost', refusal.message);
          default:
            return { again: true };
        }
      } finally {
        if (filled > before) msSoFar += clock.monotonicMs() - startedMs;
      }
    };
    return keepTrying(async () => whileItMoves(once, () => filled), {
      ...{ clock, signal },
      onTrouble: (isTroubled) => {
        troubledAtMs = isTroubled ? clock.monotonicMs() : null;
      },
    });
  };

  return {
    sizeBytes: source.sizeBytes,
    read,
    travelled: () => ({ bytes: bytesSoFar, sec: msSoFar / 1000 }),
    isStuck: () => troubledAtMs !== null && clock.monotonicMs() - troubledAtMs < momentMs,
  };
}

/** A line that is cut again and again, but brings something each time, is not waited for. */
async function whileItMoves<T>(once: () => Promise<Tried<T>>, position: () => number): Promise<Tried<T>> {
  for (;;) {
    const before = position();
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof LinkDown) || position() === before) throw error;
    }
  }
}

function fault(because: SourceFault['because'], message: string): Tried<SourceBytes> {
  return { again: false, value: { ok: false, fault: { because, message } } };
}
