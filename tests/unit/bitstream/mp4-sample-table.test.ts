import { expect, test } from 'vitest';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';
import type { Mp4Track } from '#main/media/bitstream/mp4-track.ts';
import { u32 } from '#main/media/package/fmp4/box-writer.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

/** Five samples in chunks of 2, 2 and 1; the second box of each pair is version and flags, then the fields. */
const tables: Record<string, Uint8Array> = {
  stsz: u32(0, 0, 5, 10, 20, 30, 40, 50),
  stts: u32(0, 2, 3, 100, 2, 50),
  ctts: u32(0x0100_0000, 3, 1, 100, 1, -100, 3, 0),
  stsc: u32(0, 2, 1, 2, 1, 3, 1, 1),
  stco: u32(0, 3, 1000, 2000, 3000),
  stss: u32(0, 2, 1, 4),
};

test('the tables become one row for each sample', () => {
  expect(samplesOf(trackWith(tables))).toEqual({
    ok: true,
    value: {
      count: 5,
      offset: Float64Array.of(1000, 1010, 2000, 2030, 3000),
      sizeBytes: Uint32Array.of(10, 20, 30, 40, 50),
      dts: Float64Array.of(0, 100, 200, 300, 350),
      ctsOffset: Int32Array.of(100, -100, 0, 0, 0),
      durationTicks: Uint32Array.of(100, 100, 100, 50, 50),
      sync: Uint8Array.of(1, 0, 0, 1, 0),
    },
  });
});

test('without stss all samples are sync samples; an empty one says that none is', () => {
  const { stss, ...rest } = tables;
  expect(stss).toBeDefined();
  expect(syncOf(trackWith(rest))).toEqual([1, 1, 1, 1, 1]);
  expect(syncOf(trackWith({ ...tables, stss: u32(0, 0) }))).toEqual([0, 0, 0, 0, 0]);
});

test('chunk offsets of 64 bits, one size for all, and compact sizes are read too', () => {
  const { stco, stsz, ...rest } = tables;
  expect([stco, stsz]).toHaveLength(2);
  const co64 = u32(0, 3, 1, 0, 1, 500, 2, 0);
  const fixed = samplesOf(trackWith({ ...rest, co64, stsz: u32(0, 8, 5) }));
  expect(fixed).toMatchObject({
    ok: true,
    value: { offset: Float64Array.of(2 ** 32, 2 ** 32 + 8, 2 ** 32 + 500, 2 ** 32 + 508, 2 ** 33) },
  });
  const compact = samplesOf(trackWith({ ...rest, co64, stz2: hexBytes('00000000 00000004 00000005 12 34 50') }));
  expect(compact).toMatchObject({ ok: true, value: { sizeBytes: Uint32Array.of(1, 2, 3, 4, 5) } });
});

test.each([
  ["a count that its box can't hold", { stsz: u32(0, 0, 4_000_000_000) }, 'bad-size'],
  ['a fixed size for more samples than any film has', { stsz: u32(0, 1, 4_000_000_000) }, 'bad-size'],
  ['fewer times than samples', { stts: u32(0, 1, 2, 100) }, 'bad-size'],
  ['a chunk that is not there', { stco: u32(0, 1, 1000) }, 'bad-value'],
])('%s is damage', (_, change, code) => {
  expect(samplesOf(trackWith({ ...tables, ...change }))).toMatchObject({ ok: false, fault: { code } });
});

function syncOf(track: Mp4Track): number[] {
  const samples = samplesOf(track);
  return samples.ok ? [...samples.value.sync] : [];
}

function trackWith(bodies: Record<string, Uint8Array>): Mp4Track {
  return {
    id: 1,
    handler: 'vide',
    handlerName: null,
    timescale: 1000,
    durationTicks: null,
    language: null,
    extendedLanguage: null,
    enabled: true,
    alternateGroup: 0,
    width: 0,
    height: 0,
    matrix: [],
    edits: [],
    stsd: new Uint8Array(),
    entries: [],
    tables: new Map(Object.entries(bodies)),
  };
}
