import { expect, test } from 'vitest';
import { speedBook, type Worker } from '#main/fleet/assign.ts';
import { assignSpread, chunkLengths, type SpreadJob } from '#main/fleet/assign-spread.ts';

/** An hour with two rungs of 100 megapixel-minutes together. */
const job = (set: Partial<SpreadJob> = {}): SpreadJob => ({
  ...{ jobId: 'job', durationSec: 3600, resource: 'cpu', requires: [], sourceBytes: 0, canSeek: true },
  rungs: [
    { id: 'large', weight: 70, encoder: 'libx264' },
    { id: 'small', weight: 30, encoder: 'libx264' },
  ],
  ...set,
});

const worker = (nodeId: string, speed: number, set: Partial<Worker> = {}): Worker => ({
  ...{ nodeId, packages: false, takesWork: true, tags: [], encoders: ['libx264'], running: [], cores: 4 },
  ...{ slots: { cpu: 1, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 }, linkBps: null, sourcesOf: new Set<string>() },
  speeds: new Map([['libx264', speed]]),
  ...set,
});

const finishes = (set: Partial<SpreadJob>, workers: readonly Worker[]) => {
  const { way, predictions } = assignSpread(job(set), workers);
  const seconds = predictions.map(
    (one) => `${one.way} ${one.finishSec === null ? one.because : Math.round(one.finishSec)}`,
  );
  return [way, ...seconds];
};

test('one node gets the whole film', () => {
  expect(finishes({}, [worker('a', 0.1)])).toEqual([
    ...['whole', 'whole 1002', 'by-chunk one-node', 'by-rendition one-node'],
  ]);
});

test('two equal nodes are done in little more than half the time, by chunks', () => {
  const [way, first] = finishes({}, [worker('a', 0.1), worker('b', 0.1)]);
  expect([way, first]).toEqual(['by-chunk', 'by-chunk 523']);
});

test('a source that can’t be entered in its middle is shared by its rungs', () => {
  expect(finishes({ canSeek: false }, [worker('a', 0.1), worker('b', 0.1)])).toEqual([
    ...['by-rendition', 'by-rendition 902', 'whole 1002', 'by-chunk no-seeking'],
  ]);
});

test('a node that is far slower is left out where waiting for it would cost more than it brings', () => {
  const { predictions } = assignSpread(job({ durationSec: 8 }), [worker('a', 10), worker('b', 0.001)]);
  expect(predictions[0]).toMatchObject({ way: 'whole', because: 'fastest-node' });
});

test('who has not the tag, not the encoder, or takes nothing, does not count', () => {
  const others = [
    worker('b', 0.1, { tags: [] }),
    worker('c', 0.1, { encoders: ['libx265'], tags: ['attic'] }),
    worker('d', 0.1, { takesWork: false, tags: ['attic'] }),
  ];
  const [way, first] = finishes({ requires: ['attic'] }, [worker('a', 0.1, { tags: ['attic'] }), ...others]);
  expect([way, first]).toEqual(['whole', 'whole 1002']);
});

test('a slow line makes a far node worth less', () => {
  const far = worker('far', 1, { linkBps: 1e6 });
  const [, first] = finishes({ sourceBytes: 1e9, canSeek: false, rungs: job().rungs.slice(0, 1) }, [
    worker('a', 0.1),
    far,
  ]);
  expect(first).toBe('whole 702');
});

test('chunks follow the speeds, become smaller towards the end, and are the film together', () => {
  const workers = [worker('fast', 0.4), worker('slow', 0.1)];
  const lengths = chunkLengths(job(), workers, speedBook(workers));
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeCloseTo(3600, 6);
  expect(lengths.map(Math.round)).toEqual([
    ...[300, 300, 300, 300, 300, 300, 300, 300, 240, 217, 186, 137, 109, 94, 58, 58, 54, 27, 14, 6],
  ]);
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
});

test('a short clip on fast machines is not ground to dust', () => {
  const workers = [worker('a', 1), worker('b', 1), worker('c', 1)];
  const short = { ...job(), durationSec: 30 };
  expect(chunkLengths(short, workers, speedBook(workers)).every((length) => length >= 2)).toBe(true);
});
