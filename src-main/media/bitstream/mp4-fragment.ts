import { ByteReader } from './byte-reader.ts';
import { type Mp4Box, mustListBoxes } from './mp4-boxes.ts';
import { emptySamples } from './mp4-sample-table.ts';
import type { Mp4Fragment, Mp4FragmentDefaults, Mp4FragmentTrack, Mp4Samples } from './mp4-track.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** `sample_is_non_sync_sample`, ISO/IEC 14496-12 8.8.3.1. */
const nonSyncFlag = 0x0001_0000;

const noDefaults = { durationTicks: 0, sizeBytes: 0, flags: 0 };

type SampleDefaults = { durationTicks: number; sizeBytes: number; flags: number };

/**
 * All fragments of a media segment, with the `trex` defaults of its init segment. Sample offsets count from the start of
 * `bytes`. The last `mdat` may be cut off: heads of segments are parsed too.
 */
export function parseFragments(
  bytes: Uint8Array,
  defaults: readonly Mp4FragmentDefaults[] = [],
): Parsed<Mp4Fragment[]> {
  return attempt(() => topLevelBoxes(bytes, 'moof').map((moof) => readFragment(bytes, moof, defaults)));
}

function topLevelBoxes(bytes: Uint8Array, type: string): Mp4Box[] {
  const found: Mp4Box[] = [];
  let at = 0;
  while (at < bytes.length) {
    const reader = new ByteReader(bytes, at);
    const size32 = reader.u32();
    const boxType = reader.fourCc();
    const size = size32 === 1 ? reader.u64() : size32 === 0 ? bytes.length - at : size32;
    if (size < reader.position - at) throw new DamagedData('bad-size', at, `box ${boxType} of ${size} bytes`);
    if (boxType === type) {
      if (at + size > bytes.length) throw new DamagedData('cut-short', at, `box ${type} of ${size} bytes`);
      found.push({ type, start: at, bodyStart: reader.position, end: at + size });
    }
    at += size;
  }
  return found;
}

function readFragment(bytes: Uint8Array, moof: Mp4Box, defaults: readonly Mp4FragmentDefaults[]): Mp4Fragment {
  const children = mustListBoxes(bytes, moof.bodyStart, moof.end);
  const mfhd = children.find((box) => box.type === 'mfhd');
  if (mfhd === undefined) throw new DamagedData('missing', moof.start, 'no mfhd in moof');
  const header = new ByteReader(bytes, mfhd.bodyStart, mfhd.end);
  header.skip(4);
  const tracks: Mp4FragmentTrack[] = [];
  let previousEnd = moof.start;
  for (const traf of children.filter((box) => box.type === 'traf')) {
    const read = readTrackFragment(bytes, traf, moof.start, previousEnd, defaults);
    tracks.push(read.track);
    previousEnd = read.dataEnd;
  }
  return { sequence: header.u32(), moofStart: moof.start, moofEnd: moof.end, tracks };
}

function readTrackFragment(
  bytes: Uint8Array,
  traf: Mp4Box,
  moofStart: number,
  previousEnd: number,
  trex: readonly Mp4FragmentDefaults[],
): { track: Mp4FragmentTrack; dataEnd: number } {
  const children = mustListBoxes(bytes, traf.bodyStart, traf.end);
  const tfhd = children.find((box) => box.type === 'tfhd');
  if (tfhd === undefined) throw new DamagedData('missing', traf.start, 'no tfhd in traf');
  const header = readTrackFragmentHeader(new ByteReader(bytes, tfhd.bodyStart, tfhd.end), trex);
  const tfdt = children.find((box) => box.type === 'tfdt');
  const baseDecodeTime = tfdt === undefined ? null : readDecodeTime(new ByteReader(bytes, tfdt.bodyStart, tfdt.end));
  // Without a base of its own, the first traf counts from the moof and later ones from the end of the one before.
  const base = header.baseDataOffset ?? (header.baseIsMoof ? moofStart : previousEnd);
  const runs: Mp4Samples[] = [];
  let dataEnd = base;
  let dts = baseDecodeTime ?? 0;
  for (const trun of children.filter((box) => box.type === 'trun')) {
    const run = readRun(new ByteReader(bytes, trun.bodyStart, trun.end), header.defaults, { base, dataEnd, dts });
    runs.push(run.samples);
    dataEnd = run.dataEnd;
    dts = run.dts;
  }
  return { track: { trackId: header.trackId, baseDecodeTime, samples: joined(runs) }, dataEnd };
}

function readTrackFragmentHeader(reader: ByteReader, trex: readonly Mp4FragmentDefaults[]) {
  const flags = reader.u32() & 0xff_ffff;
  const trackId = reader.u32();
  const baseDataOffset = (flags & 0x01) !== 0 ? reader.u64() : null;
  if ((flags & 0x02) !== 0) reader.skip(4);
  const fallback = trex.find((entry) => entry.trackId === trackId) ?? noDefaults;
  const defaults: SampleDefaults = {
    durationTicks: (flags & 0x08) !== 0 ? reader.u32() : fallback.durationTicks,
    sizeBytes: (flags & 0x10) !== 0 ? reader.u32() : fallback.sizeBytes,
    flags: (flags & 0x20) !== 0 ? reader.u32() : fallback.flags,
  };
  return { trackId, baseDataOffset, baseIsMoof: (flags & 0x02_0000) !== 0, defaults };
}

function readDecodeTime(reader: ByteReader): number {
  const wide = reader.u8() === 1;
  reader.skip(3);
  return wide ? reader.u64() : reader.u32();
}

function readRun(
  reader: ByteReader,
  defaults: SampleDefaults,
  start: { base: number; dataEnd: number; dts: number },
): { samples: Mp4Samples; dataEnd: number; dts: number } {
  const flags = reader.u32() & 0xff_ffff;
  const count = reader.u32();
  let at = (flags & 0x01) !== 0 ? start.base + reader.i32() : start.dataEnd;
  const firstFlags = (flags & 0x04) !== 0 ? reader.u32() : null;
  const has = { duration: flags & 0x100, size: flags & 0x200, flags: flags & 0x400, cts: flags & 0x800 };
  const bytesEach = 4 * [has.duration, has.size, has.flags, has.cts].filter((bit) => bit !== 0).length;
  // A run of nothing but defaults has no bytes to bound it: a second of the fastest real track has fewer samples.
  if (bytesEach === 0 ? count > 1_000_000 : count * bytesEach > reader.remaining) {
    throw new DamagedData('bad-size', reader.position, `a trun of ${count} samples in ${reader.remaining} bytes`);
  }
  const samples = emptySamples(count);
  let dts = start.dts;
  for (let i = 0; i < count; i++) {
    const duration = has.duration ? reader.u32() : defaults.durationTicks;
    const size = has.size ? reader.u32() : defaults.sizeBytes;
    const ownFlags = has.flags ? reader.u32() : defaults.flags;
    const sampleFlags = i === 0 && firstFlags !== null ? firstFlags : ownFlags;
    samples.offset[i] = at;
    samples.sizeBytes[i] = size;
    samples.dts[i] = dts;
    // Signed in version 1, and in practice in version 0 too: see `ctts`.
    samples.ctsOffset[i] = has.cts ? reader.i32() : 0;
    samples.durationTicks[i] = duration;
    samples.sync[i] = (sampleFlags & nonSyncFlag) === 0 ? 1 : 0;
    at += size;
    dts += duration;
  }
  return { samples, dataEnd: at, dts };
}

function joined(runs: readonly Mp4Samples[]): Mp4Samples {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) return only;
  const all = emptySamples(runs.reduce((sum, run) => sum + run.count, 0));
  let at = 0;
  for (const run of runs) {
    all.offset.set(run.offset, at);
    all.sizeBytes.set(run.sizeBytes, at);
    all.dts.set(run.dts, at);
    all.ctsOffset.set(run.ctsOffset, at);
    all.durationTicks.set(run.durationTicks, at);
    all.sync.set(run.sync, at);
    at += run.count;
  }
  return all;
}
