import { box, fullBox, latin1, u32, u32List, u64 } from './box-writer.ts';
import type { FragmentSample } from './fragment-track.ts';

export type FragmentInput = {
  /** From 1 on, growing with each segment. */
  sequence: number;
  trackId: number;
  /** Decoding time of the first sample, track timescale. */
  baseDecodeTime: number;
  /** Decoding order; not empty. */
  samples: readonly FragmentSample[];
};

/** Sample flags, ISO/IEC 14496-12 8.8.3.1: depends on nothing and is a sync sample, or depends and is none. */
const syncSampleFlags = 0x0200_0000;
const otherSampleFlags = 0x0101_0000;

/** tfhd: data offsets count from this moof, the only sort that CMAF and MSE allow. */
const defaultBaseIsMoof = 0x02_0000;
const defaultFlagsPresent = 0x20;

/** trun: data offset, and for each sample duration, size, flags and composition offset. */
const dataOffsetPresent = 0x01;
const perSample = { duration: 0x100, size: 0x200, flags: 0x400, ctsOffset: 0x800 };

/**
 * Everything of a media segment before its sample bytes: `styp`, `moof` and the header of `mdat`. The caller writes the
 * bytes of the samples after it, in the given order. RangeError without samples.
 */
export function fragmentHeader(input: FragmentInput): Uint8Array {
  const { samples } = input;
  if (samples.length === 0) throw new RangeError('a fragment without samples');
  const mediaBytes = samples.reduce((sum, sample) => sum + sample.sizeBytes, 0);
  const styp = box('styp', latin1('msdh'), u32(0), latin1('msdhmsixcmfs'));
  const mdatHeader = mdatHeaderOf(mediaBytes);
  // The moof's size does not depend on the offset in it, so a first draft tells where the data begins.
  const draft = movieFragment(input, 0);
  const moof = movieFragment(input, draft.length + mdatHeader.length);
  const header = new Uint8Array(styp.length + moof.length + mdatHeader.length);
  header.set(styp);
  header.set(moof, styp.length);
  header.set(mdatHeader, styp.length + moof.length);
  return header;
}

function movieFragment(input: FragmentInput, dataOffset: number): Uint8Array {
  const sharedFlags = input.samples.every((sample) => sample.sync) ? syncSampleFlags : otherSampleFlags;
  const tfhd = fullBox('tfhd', 0, defaultBaseIsMoof | defaultFlagsPresent, u32(input.trackId, sharedFlags));
  const tfdt = fullBox('tfdt', 1, 0, u64(input.baseDecodeTime));
  const traf = box('traf', tfhd, tfdt, trackRun(input.samples, dataOffset));
  return box('moof', fullBox('mfhd', 0, 0, u32(input.sequence)), traf);
}

/** Version 1: composition offsets are signed, which lets the first picture be presented at its decoding time. */
function trackRun(samples: readonly FragmentSample[], dataOffset: number): Uint8Array {
  const reordered = samples.some((sample) => sample.ctsOffset !== 0);
  const mixedFlags = new Set(samples.map((sample) => sample.sync)).size > 1;
  const flags =
    dataOffsetPresent |
    perSample.duration |
    perSample.size |
    (mixedFlags ? perSample.flags : 0) |
    (reordered ? perSample.ctsOffset : 0);
  const fields: number[] = [];
  for (const sample of samples) {
    fields.push(sample.durationTicks, sample.sizeBytes);
    if (mixedFlags) fields.push(sample.sync ? syncSampleFlags : otherSampleFlags);
    if (reordered) fields.push(sample.ctsOffset);
  }
  return fullBox('trun', 1, flags, u32(samples.length, dataOffset), u32List(fields));
}

function mdatHeaderOf(mediaBytes: number): Uint8Array {
  const size = mediaBytes + 8;
  if (size <= 0xffff_ffff) return box32Header(size);
  const wide = new Uint8Array(16);
  wide.set(u32(1));
  wide.set(latin1('mdat'), 4);
  wide.set(u64(size + 8), 8);
  return wide;
}

function box32Header(size: number): Uint8Array {
  const header = new Uint8Array(8);
  header.set(u32(size));
  header.set(latin1('mdat'), 4);
  return header;
}
