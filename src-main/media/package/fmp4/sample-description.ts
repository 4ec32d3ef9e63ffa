import { boxesIn } from '../../bitstream/mp4-boxes.ts';
import type { Mp4Track } from '../../bitstream/mp4-track.ts';
import { box, u32 } from './box-writer.ts';

/** Why chunks can't share one init segment. */
export type DescriptionFault = {
  code: 'no-chunks' | 'several-entries' | 'descriptions-differ';
  /** Index of the chunk that is at fault. */
  source: number;
};

/** Bytes of a sample entry before its child boxes, box header included. */
const entryHeadBytes = { vide: 86, soun: 36 };

/**
 * The one `stsd` for an init segment that serves all chunks of a rendition. The chunks must have been made by one
 * encoder with one setting: where their headers differ, a decoder set up for the first would garble the rest.
 * `btrt` is left out, since each chunk measured its own bitrate and neither is true of the whole.
 */
export function sharedSampleDescription(
  tracks: readonly Mp4Track[],
): { ok: true; stsd: Uint8Array } | { ok: false; fault: DescriptionFault } {
  let shared: Uint8Array | null = null;
  for (const [source, track] of tracks.entries()) {
    if (track.entries.length !== 1) return { ok: false, fault: { code: 'several-entries', source } };
    const stsd = withoutBitrate(track);
    if (shared !== null && !sameBytes(shared, stsd))
      return { ok: false, fault: { code: 'descriptions-differ', source } };
    shared ??= stsd;
  }
  if (shared === null) return { ok: false, fault: { code: 'no-chunks', source: 0 } };
  return { ok: true, stsd: shared };
}

function withoutBitrate(track: Mp4Track): Uint8Array {
  const { stsd, handler } = track;
  const [entry] = boxesIn(stsd, 16).boxes;
  const headBytes = handler === 'vide' ? entryHeadBytes.vide : entryHeadBytes.soun;
  // QuickTime's longer sound entries are left as they are: our own encodes have none.
  const longSound = handler === 'soun' && ((stsd[32] ?? 0) !== 0 || (stsd[33] ?? 0) !== 0);
  if (entry === undefined || entry.end - entry.start < headBytes || longSound) return stsd;
  const children = boxesIn(stsd, entry.start + headBytes, entry.end).boxes;
  const kept = children.filter((child) => child.type !== 'btrt').map((child) => stsd.subarray(child.start, child.end));
  const head = stsd.subarray(entry.bodyStart, entry.start + headBytes);
  return box('stsd', u32(0, 1), box(entry.type, head, ...kept));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
