import { parseAacConfig, parseEsds } from '../../bitstream/aac.ts';
import { parseDac3, parseDec3 } from '../../bitstream/ac3.ts';
import { parseAv1Config } from '../../bitstream/av1.ts';
import { codecStringOfTrack } from '../../bitstream/codec-string.ts';
import { parseAvcConfig, parseH264Sps } from '../../bitstream/h264.ts';
import { hevcNalType, hevcTypeOf, parseHevcConfig, parseHevcSps } from '../../bitstream/hevc.ts';
import type { Mp4SampleEntry, Mp4Track } from '../../bitstream/mp4-track.ts';
import { parseFlacConfig, parseOpusConfig } from '../../bitstream/opus-flac.ts';
import type { Parsed } from '../../bitstream/parsed.ts';
import type { ObservedAudio, ObservedStream, ObservedVideo } from './observed-stream.ts';

/** A track by its codec's own records; the sample entry's fields are only asked where there is no record. */
export function mp4Stream(track: Mp4Track): ObservedStream {
  const entry = track.entries[0] ?? null;
  const kind = track.handler === 'vide' ? 'video' : track.handler === 'soun' ? 'audio' : 'other';
  return {
    id: track.id,
    kind,
    codec: codecStringOfTrack(track),
    entryType: entry?.type ?? null,
    video: entry !== null && kind === 'video' ? videoOf(entry) : null,
    audio: entry !== null && kind === 'audio' ? audioOf(entry) : null,
  };
}

function videoOf(entry: Mp4SampleEntry): ObservedVideo | null {
  const header = sequenceHeader(entry);
  const widthPx = header?.width ?? entry.width;
  const heightPx = header?.height ?? entry.height;
  if (widthPx === null || heightPx === null) return null;
  const color = header?.color ?? null;
  return {
    widthPx,
    heightPx,
    sampleAspect: entry.pixelAspect ?? header?.sampleAspect ?? null,
    // The stream is what a decoder obeys; 2 is "unspecified", which leaves it to the container.
    color: color === null || color.transfer === 2 ? (entry.color ?? color) : color,
  };
}

type SequenceHeader = { width: number; height: number; color: ObservedVideo['color'] } & Pick<
  Partial<ObservedVideo>,
  'sampleAspect'
>;

function sequenceHeader(entry: Mp4SampleEntry): SequenceHeader | null {
  const avcC = entry.boxes.get('avcC');
  if (avcC !== undefined) {
    const sps = valueOf(parseAvcConfig(avcC))?.sps[0];
    return sps === undefined ? null : valueOf(parseH264Sps(sps));
  }
  const hvcC = entry.boxes.get('hvcC');
  if (hvcC !== undefined) {
    const sps = valueOf(parseHevcConfig(hvcC))?.nals.find((nal) => hevcTypeOf(nal) === hevcNalType.sps);
    return sps === undefined ? null : valueOf(parseHevcSps(sps));
  }
  const av1C = entry.boxes.get('av1C');
  return av1C === undefined ? null : valueOf(parseAv1Config(av1C));
}

function audioOf(entry: Mp4SampleEntry): ObservedAudio {
  const { boxes } = entry;
  const dolby = read(boxes.get('dac3'), parseDac3) ?? read(boxes.get('dec3'), parseDec3);
  if (dolby !== null) return { channels: dolby.channels, sampleRateHz: dolby.sampleRateHz, atmos: dolby.atmos };
  const opus = read(boxes.get('dOps'), parseOpusConfig);
  if (opus !== null) return { channels: opus.channels, sampleRateHz: 48_000, atmos: null };
  const flac = read(boxes.get('dfLa'), parseFlacConfig);
  if (flac !== null) return { channels: flac.channels, sampleRateHz: flac.sampleRateHz, atmos: null };
  const config = read(boxes.get('esds'), parseEsds)?.decoderConfig ?? null;
  const aac = config === null ? null : valueOf(parseAacConfig(config));
  if (aac !== null) {
    const channels = aac.parametricStereo ? 2 : (aac.channels ?? entry.channels);
    return { channels, sampleRateHz: aac.outputSampleRateHz, atmos: null };
  }
  return { channels: entry.channels, sampleRateHz: entry.sampleRateHz, atmos: null };
}

function read<T>(body: Uint8Array | undefined, parse: (body: Uint8Array) => Parsed<T>): T | null {
  return body === undefined ? null : valueOf(parse(body));
}

function valueOf<T>(parsed: Parsed<T>): T | null {
  return parsed.ok ? parsed.value : null;
}
