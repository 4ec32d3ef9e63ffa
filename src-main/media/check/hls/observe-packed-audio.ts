import { parseAdtsHeader } from '../../bitstream/aac.ts';
import { parseAc3Frame } from '../../bitstream/ac3.ts';
import { aacCodecString } from '../../bitstream/codec-string.ts';
import type { ObservedStream } from '../stream/observed-stream.ts';
import type { SegmentObservation } from './observed-segment.ts';

/** Owner of the PRIV frame that carries the time of a packed audio segment, RFC 8216 3.4. */
const timestampOwner = 'com.apple.streaming.transportStreamTimestamp\0';

/** Bare AAC or (E-)AC-3 frames behind an ID3 tag; null when it is something else. */
export function observePackedAudio(
  bytes: Uint8Array,
): { observation: SegmentObservation; streams: ObservedStream[] } | null {
  const tagBytes = id3Bytes(bytes);
  const stream = packedStream(bytes.subarray(tagBytes));
  if (stream === null) return null;
  const startSec = timestampSec(bytes.subarray(0, tagBytes));
  return {
    observation: {
      streams: [
        { id: 0, kind: 'audio', startSec, endSec: null, count: null, frameSec: null, startsWithKeyframe: null },
      ],
      fault: startSec === null ? 'a packed audio segment needs an ID3 tag with its time (RFC 8216 3.4)' : null,
      continuityFaults: 0,
      tablesFirst: true,
    },
    streams: [stream],
  };
}

function packedStream(frames: Uint8Array): ObservedStream | null {
  const aac = parseAdtsHeader(frames);
  const common = { id: 0, kind: 'audio', entryType: null, video: null } as const;
  if (aac.ok) {
    const { objectType, channels, sampleRateHz } = aac.value;
    const codec = aacCodecString({ objectType, sbr: false, parametricStereo: false });
    return { ...common, codec, audio: { channels, sampleRateHz, atmos: null } };
  }
  const dolby = parseAc3Frame(frames);
  if (!dolby.ok) return null;
  const { codec, channels, sampleRateHz, atmos } = dolby.value;
  return { ...common, codec, audio: { channels, sampleRateHz, atmos } };
}

/** Length of the ID3v2 tag at the start, 0 without one: its size has seven bits a byte. */
function id3Bytes(bytes: Uint8Array): number {
  if (bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return 0;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10);
  return 10 + (((a & 127) << 21) | ((b & 127) << 14) | ((c & 127) << 7) | (d & 127));
}

/** The last eight bytes of the frame are the 33-bit PTS, big-endian. */
function timestampSec(tag: Uint8Array): number | null {
  const text = new TextDecoder('latin1').decode(tag);
  const at = text.indexOf(timestampOwner);
  const value = at < 0 ? null : tag.subarray(at + timestampOwner.length, at + timestampOwner.length + 8);
  if (value === null || value.length < 8) return null;
  return value.reduce((sum, byte) => sum * 256 + byte, 0) / 90_000;
}
