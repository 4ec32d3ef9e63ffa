import { ByteReader } from './byte-reader.ts';
import type { Mp4Samples, Mp4Track } from './mp4-track.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** More samples than any film has (two days at 60 a second); a damaged count must not eat the memory. */
const mostSamples = 10_000_000;

/** All samples of a track of an unfragmented file, in decoding order; none for a fragmented one. */
export function samplesOf(track: Mp4Track): Parsed<Mp4Samples> {
  return attempt(() => {
    const sizeBytes = readSizes(track);
    const samples = emptySamples(sizeBytes.length);
    samples.sizeBytes.set(sizeBytes);
    if (samples.count === 0) return samples;
    fillTimes(track, samples);
    fillCompositionOffsets(track, samples);
    fillOffsets(track, samples);
    fillSync(track, samples);
    return samples;
  });
}

/** Columns for `count` samples, all zero, to be filled. */
export function emptySamples(count: number): Mp4Samples {
  return {
    count,
    offset: new Float64Array(count),
    sizeBytes: new Uint32Array(count),
    dts: new Float64Array(count),
    ctsOffset: new Int32Array(count),
    durationTicks: new Uint32Array(count),
    sync: new Uint8Array(count),
  };
}

function readSizes(track: Mp4Track): Uint32Array {
  const stsz = openTable(track, 'stsz');
  if (stsz !== null) {
    const fixed = stsz.u32();
    const count = saneCount(stsz.u32(), fixed === 0 ? 4 : 0, stsz);
    const sizes = new Uint32Array(count);
    for (let i = 0; i < count; i++) sizes[i] = fixed === 0 ? stsz.u32() : fixed;
    return sizes;
  }
  const stz2 = openTable(track, 'stz2');
  if (stz2 === null) throw new DamagedData('missing', 0, `track ${track.id} has no stsz`);
  stz2.skip(3);
  const fieldBits = stz2.u8();
  if (fieldBits !== 4 && fieldBits !== 8 && fieldBits !== 16) {
    throw new DamagedData('bad-value', stz2.position, `stz2 fields of ${fieldBits} bits`);
  }
  const count = saneCount(stz2.u32(), fieldBits / 8, stz2);
  const sizes = new Uint32Array(count);
  let pair = 0;
  for (let i = 0; i < count; i++) {
    if (fieldBits === 4) {
      if (i % 2 === 0) pair = stz2.u8();
      sizes[i] = i % 2 === 0 ? pair >> 4 : pair & 15;
    } else {
      sizes[i] = fieldBits === 8 ? stz2.u8() : stz2.u16();
    }
  }
  return sizes;
}

function fillTimes(track: Mp4Track, samples: Mp4Samples): void {
  const stts = needTable(track, 'stts');
  const runs = saneCount(stts.u32(), 8, stts);
  let sample = 0;
  let dts = 0;
  let duration = 0;
  for (let run = 0; run < runs && sample < samples.count; run++) {
    const length = stts.u32();
    duration = stts.u32();
    const runEnd = Math.min(samples.count, sample + length);
    for (; sample < runEnd; sample++, dts += duration) {
      samples.dts[sample] = dts;
      samples.durationTicks[sample] = duration;
    }
  }
  if (sample < samples.count) {
    throw new DamagedData('bad-size', 0, `stts times ${sample} of ${samples.count} samples`);
  }
}

function fillCompositionOffsets(track: Mp4Track, samples: Mp4Samples): void {
  const ctts = openTable(track, 'ctts');
  if (ctts === null) return;
  const runs = saneCount(ctts.u32(), 8, ctts);
  let sample = 0;
  for (let run = 0; run < runs && sample < samples.count; run++) {
    const runEnd = Math.min(samples.count, sample + ctts.u32());
    // Version 0 is unsigned on paper; QuickTime writes negative offsets in it, and none is honestly above 2^31.
    const offset = ctts.i32();
    samples.ctsOffset.fill(offset, sample, runEnd);
    sample = runEnd;
  }
}

function fillOffsets(track: Mp4Track, samples: Mp4Samples): void {
  const chunkOffsets = readChunkOffsets(track);
  const stsc = needTable(track, 'stsc');
  const runs = saneCount(stsc.u32(), 12, stsc);
  const firstChunks: number[] = [];
  const perChunk: number[] = [];
  for (let run = 0; run < runs; run++) {
    firstChunks.push(stsc.u32());
    perChunk.push(stsc.u32());
    stsc.skip(4);
  }
  let sample = 0;
  for (let run = 0; run < runs && sample < samples.count; run++) {
    const lastChunk = (firstChunks[run + 1] ?? chunkOffsets.length + 1) - 1;
    for (let chunk = firstChunks[run] ?? 1; chunk <= lastChunk && sample < samples.count; chunk++) {
      let at = chunkOffsets[chunk - 1];
      if (at === undefined)
        throw new DamagedData('bad-value', 0, `stsc names chunk ${chunk} of ${chunkOffsets.length}`);
      const chunkEnd = Math.min(samples.count, sample + (perChunk[run] ?? 0));
      for (; sample < chunkEnd; sample++) {
        samples.offset[sample] = at;
        at += samples.sizeBytes[sample] ?? 0;
      }
    }
  }
  if (sample < samples.count) {
    throw new DamagedData('bad-size', 0, `the chunks hold ${sample} of ${samples.count} samples`);
  }
}

function readChunkOffsets(track: Mp4Track): Float64Array {
  const stco = openTable(track, 'stco');
  const reader = stco ?? needTable(track, 'co64');
  const count = saneCount(reader.u32(), stco === null ? 8 : 4, reader);
  const offsets = new Float64Array(count);
  for (let i = 0; i < count; i++) offsets[i] = stco === null ? reader.u64() : reader.u32();
  return offsets;
}

/** Without an `stss` every sample is a sync sample; an empty one says that none is. */
function fillSync(track: Mp4Track, samples: Mp4Samples): void {
  const stss = openTable(track, 'stss');
  if (stss === null) {
    samples.sync.fill(1);
    return;
  }
  const count = saneCount(stss.u32(), 4, stss);
  for (let i = 0; i < count; i++) {
    const number = stss.u32();
    if (number >= 1 && number <= samples.count) samples.sync[number - 1] = 1;
  }
}

/** A reader behind version and flags. */
function openTable(track: Mp4Track, type: string): ByteReader | null {
  const body = track.tables.get(type);
  if (body === undefined) return null;
  const reader = new ByteReader(body);
  reader.skip(4);
  return reader;
}

function needTable(track: Mp4Track, type: string): ByteReader {
  const reader = openTable(track, type);
  if (reader === null) throw new DamagedData('missing', 0, `track ${track.id} has no ${type}`);
  return reader;
}

function saneCount(count: number, bytesEach: number, reader: ByteReader): number {
  if (count > mostSamples || count * bytesEach > reader.remaining) {
    throw new DamagedData('bad-size', reader.position, `${count} entries in ${reader.remaining} bytes`);
  }
  return count;
}
