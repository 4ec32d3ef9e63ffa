import { parseAdtsHeader } from './aac.ts';
import { parseAc3Frame } from './ac3.ts';
import { aacCodecString, h264CodecString, hevcCodecString } from './codec-string.ts';
import { h264NalType, h264TypeOf, parseH264Sps } from './h264.ts';
import { hevcNalType, hevcTypeOf, parseHevcSps } from './hevc.ts';
import { tsUnitPayload } from './mpegts.ts';
import { annexBNals } from './nal-units.ts';
import type { Parsed } from './parsed.ts';
import type { TsSegment, TsStream } from './ts-segment.ts';

/** A segment starts with a random access point, so its first units hold the headers. */
const unitsSearched = 8;
const bytesSearched = 4096;

/** The CODECS value of a transport stream's elementary stream, from its first access units; null when not found. */
export function codecStringOfTsStream(bytes: Uint8Array, segment: TsSegment, stream: TsStream): string | null {
  const units = segment.units.filter((unit) => unit.pid === stream.pid).slice(0, unitsSearched);
  for (const unit of units) {
    const found = codecStringOfPayload(stream, tsUnitPayload(bytes, unit, bytesSearched));
    if (found !== null) return found;
  }
  return null;
}

function codecStringOfPayload(stream: TsStream, payload: Uint8Array): string | null {
  switch (stream.codec) {
    case 'h264': {
      const sps = annexBNals(payload).find((nal) => h264TypeOf(nal) === h264NalType.sps);
      return sps === undefined ? null : valueOf(parseH264Sps(sps), (value) => h264CodecString(value));
    }
    case 'hevc': {
      const sps = annexBNals(payload).find((nal) => hevcTypeOf(nal) === hevcNalType.sps);
      return sps === undefined ? null : valueOf(parseHevcSps(sps), (value) => hevcCodecString(value.profileTierLevel));
    }
    case 'aac':
      return valueOf(parseAdtsHeader(payload), (header) =>
        aacCodecString({ objectType: header.objectType, sbr: false, parametricStereo: false }),
      );
    case 'ac-3':
    case 'ec-3':
      // The frame knows better than the stream type, which some muxers write as AC-3 for both.
      return valueOf(parseAc3Frame(payload), (frame) => frame.codec);
    case 'mp3':
      return 'mp4a.40.34';
    default:
      return null;
  }
}

function valueOf<T>(parsed: Parsed<T>, write: (value: T) => string): string | null {
  return parsed.ok ? write(parsed.value) : null;
}
