import { readFile, writeFile } from 'node:fs/promises';

/** Boxes from the movie down to the sample entry, and how many bytes of each come before its children. */
const path = [
  { type: 'moov', head: 8 },
  { type: 'trak', head: 8 },
  { type: 'mdia', head: 8 },
  { type: 'minf', head: 8 },
  { type: 'stbl', head: 8 },
  { type: 'stsd', head: 16 },
  { type: 'hvc1', head: 86 },
] as const;

/**
 * Copies an MP4 (one HEVC track, `hvc1`, index after the media) with a Dolby Vision configuration box added to its sample
 * entry, as in "Dolby Vision Streams Within the ISO Base Media File Format" 2.2: no free sample of one exists.
 */
export async function withDolbyVision(
  from: string,
  to: string,
  vision: { profile: number; compatibilityId: number },
): Promise<void> {
  const bytes = await readFile(from);
  const config = Buffer.alloc(24);
  config.writeUInt16BE(0x0100, 0);
  // profile (7 bits), level 6 (6 bits), RPU present, no enhancement layer, base layer present.
  config.writeUInt16BE((vision.profile << 9) | (6 << 3) | 0b101, 2);
  config.writeUInt8(vision.compatibilityId << 4, 4);
  const box = Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from(vision.profile > 7 ? 'dvvC' : 'dvcC'), config]);

  let start = 0;
  let end = bytes.length;
  for (const { type, head } of path) {
    const at = childAt(bytes, start, end, type);
    const size = bytes.readUInt32BE(at);
    bytes.writeUInt32BE(size + box.length, at);
    start = at + head;
    end = at + size;
  }
  await writeFile(to, Buffer.concat([bytes.subarray(0, end), box, bytes.subarray(end)]));
}

function childAt(bytes: Buffer, start: number, end: number, type: string): number {
  for (let at = start; at + 8 <= end; at += bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === type) return at;
    if (bytes.readUInt32BE(at) < 8) break;
  }
  throw new Error(`there is no ${type}`);
}
