/** What is known when a node is about to read a source that it can't see itself. */
export type WayFacts = {
  sizeBytes: number;
  /** Of the node's work disk. */
  freeBytes: number;
  /** What the task itself will write there. */
  partsBytes: number;
  /** Measured on this link, bits a second; null before the first transfer. */
  linkBps: number | null;
  /** How fast encoding takes the source in, bits a second; null while unknown. */
  encodeBps: number | null;
  /** How much this node has read and is about to read of it, over all of its tasks of the job. */
  readBytes: number;
};

export type Way = {
  way: 'stream' | 'copy';
  because: 'no-room' | 'link-keeps-up' | 'read-once' | 'read-again';
};

/** A disk that is full to the brim stops more than this job. */
const spareBytes = 2 * 2 ** 30;
/** Below it, the encoder waits for the network now and then. */
const comfortable = 2;
/** A second look at the head and the index of a file is no second reading. */
const readingsWorthCopy = 1.2;

/**
 * Streaming costs what is read and needs no room; a copy costs the whole file once, however often it is read. So a copy pays
 * where the same bytes would travel again over a link that the encoder waits for.
 */
export function chooseWay(facts: WayFacts): Way {
  const { sizeBytes, freeBytes, partsBytes, linkBps, encodeBps, readBytes } = facts;
  if (freeBytes < sizeBytes + partsBytes + spareBytes) return { way: 'stream', because: 'no-room' };
  if (linkBps !== null && encodeBps !== null && linkBps >= encodeBps * comfortable) {
    return { way: 'stream', because: 'link-keeps-up' };
  }
  return readBytes > sizeBytes * readingsWorthCopy
    ? { way: 'copy', because: 'read-again' }
    : { way: 'stream', because: 'read-once' };
}
