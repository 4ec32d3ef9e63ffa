import { boxesIn } from '../bitstream/mp4-boxes.ts';

/** Bytes of a full box's header and version before its flags end. */
const flagsAt = 3;
const enabledFlag = 0x01;

/**
 * A `moov` body with track headers (ISO/IEC 14496-12 8.3.2) whose enabled flag is as asked, by track id; tracks that are not
 * named stay as they are. FFmpeg enables the first track of each kind, so that a player would show a subtitle nobody chose.
 */
export function withEnabledTracks(moov: Uint8Array, enabled: ReadonlyMap<number, boolean>): Uint8Array {
  const written = moov.slice();
  const [outer] = boxesIn(moov).boxes;
  if (outer?.type !== 'moov') return written;
  for (const trak of boxesIn(moov, outer.bodyStart, outer.end).boxes) {
    if (trak.type !== 'trak') continue;
    const header = boxesIn(moov, trak.bodyStart, trak.end).boxes.find(({ type }) => type === 'tkhd');
    if (header === undefined) continue;
    const version = moov[header.bodyStart] ?? 0;
    const idAt = header.bodyStart + (version === 1 ? 20 : 12);
    const wanted = enabled.get(new DataView(moov.buffer, moov.byteOffset).getUint32(idAt));
    if (wanted === undefined) continue;
    const at = header.bodyStart + flagsAt;
    const flags = written[at] ?? 0;
    written[at] = wanted ? flags | enabledFlag : flags & ~enabledFlag;
  }
  return written;
}
