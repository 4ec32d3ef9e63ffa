import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import { attributeNumber, attributeText } from '../m3u8/playlist-model.ts';
import { type ObservedStream, shownSize, videoRangeOf } from '../stream/observed-stream.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import { mediaAt, type Variant, variantsOf } from './package-view.ts';

/** CODECS names what the streams' own headers say, all of it and nothing else: RFC 8216 4.3.4.2, RFC 6381. */
export function codecsAgree(observed: ObservedHls): Finding[] {
  const where = observed.master?.path ?? null;
  return variantsOf(observed).flatMap((variant) => {
    const { line } = variant.tag;
    const text = attributeText(variant.tag, 'CODECS');
    if (text === null) return [warning('codecs-missing', where, `line ${line}: a variant without CODECS`)];
    const real = realCodecs(variant);
    if (real === null) return [];
    const stated = text.split(',').map((codec) => codec.trim());
    const unsaid = real.filter((codec) => !stated.some((claim) => sameCodec(claim, codec)));
    const untrue = stated.filter((claim) => !isTextCodec(claim) && !real.some((codec) => sameCodec(claim, codec)));
    if (unsaid.length === 0 && untrue.length === 0) return [];
    const message = `line ${line}: CODECS says "${text}", the streams are ${real.join(',')}`;
    return [error('codecs-mismatch', where, message)];
  });
}

/** Null where something is missing or a stream's format is not known: nothing can be proven then. */
function realCodecs(variant: Variant): string[] | null {
  if (!variant.isComplete) return null;
  const media = [variant.media, ...variant.audio.map((member) => member.media)].filter((m) => m !== null);
  const streams = media.flatMap((m) => m.rendition.streams).filter((stream) => stream.kind !== 'other');
  const codecs = streams.map((stream) => stream.codec);
  if (streams.length === 0 || codecs.includes(null)) return null;
  return [...new Set(codecs.filter((codec) => codec !== null))];
}

/**
 * HE-AAC in ADTS shows only its LC core, so a claim of SBR can't be refuted from a header. `avc3` and `hev1` only differ
 * from `avc1` and `hvc1` in where the parameter sets lie, which a transport stream can't say.
 */
function sameCodec(claim: string, real: string): boolean {
  const a = claim.toLowerCase();
  const b = real.toLowerCase();
  if (a === b) return true;
  if (b === 'mp4a.40.2') return a === 'mp4a.40.5' || a === 'mp4a.40.29';
  const plain = (codec: string): string => codec.replace(/^avc3/, 'avc1').replace(/^hev1/, 'hvc1');
  return plain(a) === plain(b);
}

function isTextCodec(claim: string): boolean {
  return claim === 'wvtt' || claim.startsWith('stpp');
}

/** RESOLUTION is the size of the picture, coded or shown: RFC 8216 4.3.4.2. */
export function resolutionAgrees(observed: ObservedHls): Finding[] {
  const where = observed.master?.path ?? null;
  const iFrames = (observed.master?.playlist.iFrameVariants ?? []).map((tag) => ({
    tag,
    media: mediaAt(observed, tag.uri),
  }));
  return [...variantsOf(observed), ...iFrames].flatMap(({ tag, media }) => {
    const video = videoStream(media)?.video ?? null;
    if (video === null) return [];
    const text = attributeText(tag, 'RESOLUTION');
    const shown = shownSize(video);
    const sizes = [`${shown.widthPx}x${shown.heightPx}`, `${video.widthPx}x${video.heightPx}`];
    if (text === null) return [warning('resolution-missing', where, `line ${tag.line}: a variant without RESOLUTION`)];
    if (sizes.includes(text)) return [];
    return [error('resolution-mismatch', where, `line ${tag.line}: RESOLUTION is ${text}, the picture is ${sizes[0]}`)];
  });
}

/** FRAME-RATE, three decimals: RFC 8216 4.3.4.2. Told apart are 23.976 and 24. */
export function frameRateAgrees(observed: ObservedHls): Finding[] {
  const where = observed.master?.path ?? null;
  return variantsOf(observed).flatMap(({ tag, media }) => {
    const real = measuredFrameRate(media);
    if (videoStream(media) === null) return [];
    const stated = attributeNumber(tag, 'FRAME-RATE');
    if (stated === null) {
      return [warning('frame-rate-missing', where, `line ${tag.line}: a variant without FRAME-RATE`)];
    }
    if (real === null || Math.abs(stated - real) <= real * 0.0005 + 0.0005) return [];
    const message = `line ${tag.line}: FRAME-RATE is ${stated}, the pictures come at ${real.toFixed(3)}`;
    return [error('frame-rate-mismatch', where, message)];
  });
}

/** Pictures a second; null where they are not evenly spaced. */
export function measuredFrameRate(media: ObservedMedia | null): number | null {
  const segments = media?.rendition.segments ?? [];
  for (const segment of segments) {
    const video = segment?.streams.find((stream) => stream.kind === 'video');
    if (video !== undefined && video.frameSec !== null) return 1 / video.frameSec;
  }
  return null;
}

/**
 * VIDEO-RANGE says what the stream's transfer characteristics say (RFC 8216bis 4.4.6.2); without it a variant counts as SDR,
 * and HDR would be shown grey.
 */
export function videoRangeAgrees(observed: ObservedHls): Finding[] {
  const where = observed.master?.path ?? null;
  const variants = variantsOf(observed);
  const ranges = variants.map(({ media }) => {
    const video = videoStream(media)?.video ?? null;
    return video === null ? null : videoRangeOf(video.color);
  });
  const someHdr = ranges.some((range) => range === 'PQ' || range === 'HLG');
  return variants.flatMap(({ tag }, i) => {
    const real = ranges[i] ?? null;
    const stated = attributeText(tag, 'VIDEO-RANGE');
    if (real === null) return [];
    if (real !== (stated ?? 'SDR')) {
      const message = `line ${tag.line}: VIDEO-RANGE is ${stated ?? 'missing'}, the stream is ${real}`;
      return [error('video-range-mismatch', where, message)];
    }
    if (stated !== null || !someHdr) return [];
    return [
      warning('video-range-missing', where, `line ${tag.line}: an SDR variant beside HDR ones without VIDEO-RANGE`),
    ];
  });
}

/** CHANNELS counts what the stream carries: RFC 8216 4.3.4.1; `16/JOC` for Atmos by Apple's authoring specification. */
export function channelsAgree(observed: ObservedHls): Finding[] {
  const { master } = observed;
  if (master === null) return [];
  return master.playlist.media.flatMap((tag) => {
    const text = attributeText(tag, 'CHANNELS');
    const media = mediaAt(observed, attributeText(tag, 'URI'));
    const audio = media?.rendition.streams.find((stream) => stream.kind === 'audio')?.audio ?? null;
    if (text === null || audio === null || audio.channels === null || text.includes('JOC')) return [];
    if (Number(text.split('/')[0]) === audio.channels) return [];
    const name = attributeText(tag, 'NAME') ?? '';
    const message = `line ${tag.line}: "${name}" says CHANNELS ${text}, the stream has ${audio.channels}`;
    return [error('channels-mismatch', master.path, message)];
  });
}

function videoStream(media: ObservedMedia | null): ObservedStream | null {
  return media?.rendition.streams.find((stream) => stream.kind === 'video') ?? null;
}
