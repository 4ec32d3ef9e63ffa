import { parseAdtsHeader } from '../../bitstream/aac.ts';
import { parseAc3Frame } from '../../bitstream/ac3.ts';
import type { TsCodec } from '../../bitstream/ts-segment.ts';

/** How long the frames of a PES packet of sound last, seconds; null for codecs that are not looked into, or damage. */
export function packedAudioSec(codec: TsCodec | null, payload: Uint8Array): number | null {
  let sec = 0;
  let at = 0;
  while (at < payload.length) {
    const frame = frameAt(codec, payload, at);
    if (frame === null) return null;
    sec += frame.sec;
    at += frame.bytes;
  }
  return sec > 0 ? sec : null;
}

function frameAt(codec: TsCodec | null, payload: Uint8Array, at: number): { sec: number; bytes: number } | null {
  if (codec === 'aac') {
    const header = parseAdtsHeader(payload, at);
    if (!header.ok) return null;
    return { sec: header.value.samples / header.value.sampleRateHz, bytes: header.value.frameBytes };
  }
  if (codec === 'ac-3' || codec === 'ec-3') {
    const frame = parseAc3Frame(payload, at);
    if (!frame.ok || frame.value.frameBytes === null) return null;
    return { sec: frame.value.samples / frame.value.sampleRateHz, bytes: frame.value.frameBytes };
  }
  return null;
}
