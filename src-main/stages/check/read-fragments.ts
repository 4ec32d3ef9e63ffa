import { longestBoxHeaderBytes, readBoxHeader } from '#main/media/bitstream/mp4-boxes.ts';
import type { FragmentBytes } from '#main/media/check/hls/observe-fmp4.ts';
import type { OpenRange } from './read-bytes.ts';

/** One read of this size gets the fragment header of nearly every segment, and the start of its first picture. */
const headBytes = 32_768;
/** Parameter sets and SEI messages come before the first slice of a sample. */
const sampleHeadBytes = 4_096;
/** A segment of low latency has a fragment a frame; a damaged one must not keep the walk going. */
const mostFragments = 10_000;
/** A larger header than that of a minute of sound is damage. */
const largestMoofBytes = 16 * 2 ** 20;

export type ReadFragments = {
  fragments: FragmentBytes[];
  /** Why the walk stopped before the end; null when it reached it. */
  fault: string | null;
};

/** The fragment headers of an fMP4 segment, from box to box; the samples between them are skipped. */
export async function readFragments(opened: OpenRange): Promise<ReadFragments> {
  const head = await opened.read(0, headBytes);
  const bytesAt = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, opened.sizeBytes);
    return end <= head.length ? head.subarray(offset, end) : opened.read(offset, length);
  };
  const fragments: FragmentBytes[] = [];
  let at = 0;
  while (at < opened.sizeBytes && fragments.length < mostFragments) {
    const header = readBoxHeader(await bytesAt(at, longestBoxHeaderBytes));
    if (!header.ok) return { fragments, fault: `at byte ${at}: ${header.fault.detail}` };
    const { type } = header.value;
    const sizeBytes = header.value.sizeBytes ?? opened.sizeBytes - at;
    if (type === 'moof') {
      if (sizeBytes > largestMoofBytes) return { fragments, fault: `a moof of ${sizeBytes} bytes` };
      const bytes = await bytesAt(at, sizeBytes + sampleHeadBytes);
      if (bytes.length < sizeBytes) return { fragments, fault: 'it ends inside a moof' };
      fragments.push({ bytes, moofBytes: sizeBytes });
    }
    if (at + sizeBytes > opened.sizeBytes) return { fragments, fault: `it ends inside its ${type}` };
    at += sizeBytes;
  }
  return { fragments, fault: null };
}
