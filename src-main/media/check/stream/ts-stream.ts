import { parseAdtsHeader } from '../../bitstream/aac.ts';
import { parseAc3Frame } from '../../bitstream/ac3.ts';
import { h264NalType, h264TypeOf, parseH264Sps } from '../../bitstream/h264.ts';
import { hevcNalType, hevcTypeOf, parseHevcSps } from '../../bitstream/hevc.ts';
import { tsUnitPayload } from '../../bitstream/mpegts.ts';
import { annexBNals } from '../../bitstream/nal-units.ts';
import { codecStringOfTsStream } from '../../bitstream/ts-codec-string.ts';
import type { TsCodec, TsSegment, TsStream } from '../../bitstream/ts-segment.ts';
import type { ObservedAudio, ObservedStream, ObservedVideo } from './observed-stream.ts';

/** A segment starts at a random access point, so the parameter sets are in its first units. */
const unitsSearched = 8;
const bytesSearched = 4096;

/** An elementary stream by its first access units. */
export function tsStream(bytes: Uint8Array, segment: TsSegment, stream: TsStream): ObservedStream {
  const kind = tsStreamKind(stream.codec);
  return {
    id: stream.pid,
    kind,
    codec: codecStringOfTsStream(bytes, segment, stream),
    entryType: null,
    video: kind === 'video' ? firstOf(bytes, segment, stream, readVideo) : null,
    audio: kind === 'audio' ? firstOf(bytes, segment, stream, readAudio) : null,
  };
}

/** What a stream is for a viewer. */
export function tsStreamKind(codec: TsCodec | null): 'video' | 'audio' | 'other' {
  switch (codec) {
    case 'h264':
    case 'hevc':
    case 'mpeg2video':
      return 'video';
    case null:
    case 'id3':
      return 'other';
    default:
      return 'audio';
  }
}

function firstOf<T>(
  bytes: Uint8Array,
  segment: TsSegment,
  stream: TsStream,
  read: (codec: TsCodec | null, payload: Uint8Array) => T | null,
): T | null {
  for (const unit of segment.units.filter((candidate) => candidate.pid === stream.pid).slice(0, unitsSearched)) {
    const found = read(stream.codec, tsUnitPayload(bytes, unit, bytesSearched));
    if (found !== null) return found;
  }
  return null;
}

function readVideo(codec: TsCodec | null, payload: Uint8Array): ObservedVideo | null {
  const nals = annexBNals(payload);
  const h264 = codec === 'h264' ? nals.find((nal) => h264TypeOf(nal) === h264NalType.sps) : undefined;
  const hevc = codec === 'hevc' ? nals.find((nal) => hevcTypeOf(nal) === hevcNalType.sps) : undefined;
  const sps = h264 !== undefined ? parseH264Sps(h264) : hevc !== undefined ? parseHevcSps(hevc) : null;
  if (sps === null || !sps.ok) return null;
  const { width, height, sampleAspect, color } = sps.value;
  return { widthPx: width, heightPx: height, sampleAspect, color };
}

function readAudio(codec: TsCodec | null, payload: Uint8Array): ObservedAudio | null {
  if (codec === 'aac') {
    const header = parseAdtsHeader(payload);
    if (!header.ok) return null;
    return { channels: header.value.channels, sampleRateHz: header.value.sampleRateHz, atmos: null };
  }
  if (codec === 'ac-3' || codec === 'ec-3') {
    const frame = parseAc3Frame(payload);
    if (!frame.ok) return null;
    return { channels: frame.value.channels, sampleRateHz: frame.value.sampleRateHz, atmos: frame.value.atmos };
  }
  return null;
}
