import type { AudioFacts, MeasuredLoudness } from '#shared/model/facts.ts';
import type { AudioRendition, Decision } from '#shared/model/plan.ts';
import type { AudioTrack, Profile } from '#shared/model/profile.ts';
import { audioCodecOf, containerCarriesAudio } from './codecs.ts';

/** Packets of a track that starts off by more than this against the picture would be heard early or late when copied. */
export const startToleranceSec = 0.05;
/** For each channel, where a copy was asked for and can't be made. */
const fallbackBitrateBps = 80_000;

/** Loudness measured so far, by source stream. */
export type LoudnessByStream = ReadonlyMap<number, readonly MeasuredLoudness[]>;

/** What a rendition is made by. */
export type AudioEncoding = Pick<
  AudioRendition,
  'codec' | 'encoder' | 'bitrateBps' | 'channels' | 'sampleRateHz' | 'loudness'
>;

/** How one track is made for one entry of `audio.tracks`: copied where it was asked for and players stand it. */
export function audioEncoding(
  track: AudioFacts,
  wanted: AudioTrack,
  profile: Profile,
  pictureStartSec: number,
  measured: LoudnessByStream,
): { made: AudioEncoding; decisions: Decision[] } {
  const subject = `stream ${track.index}`;
  const sourceCodec = track.codec ?? '';
  const asksCopy = wanted.encoder === 'copy';
  const lateSec = (track.startSec ?? pictureStartSec) - pictureStartSec;
  const onTime = Math.abs(lateSec) <= startToleranceSec;
  const carried = containerCarriesAudio(profile.container, sourceCodec);
  // Matroska keeps a late start as a time stamp; elsewhere players need sound from the first picture on.
  const copyable = carried && (onTime || profile.container === 'mkv');
  if (copyable && (asksCopy || isSuitable(track, wanted))) {
    const detail = asksCopy
      ? `${sourceCodec} is taken over bit for bit.`
      : `${sourceCodec} already is what the profile asks for; it is taken over bit for bit.`;
    return {
      made: copyOf(track),
      decisions: [{ action: 'copy', subject, because: asksCopy ? 'asked-to-copy' : 'already-suitable', detail }],
    };
  }
  if (!asksCopy) return encodingBy(wanted, track, measured);
  const encoder = profile.container === 'mkv' ? 'flac' : 'aac';
  const instead = encodingBy(insteadOfCopy(wanted, encoder, track), track, measured);
  const because = !carried ? 'container-cannot-carry' : lateSec > 0 ? 'starts-late' : 'starts-early';
  const detail = `${sourceCodec} can't be copied into ${profile.container} as it is; ${encoder} is made from it.`;
  return { made: instead.made, decisions: [{ action: 'convert', subject, because, detail }, ...instead.decisions] };
}

/** The same track in the codec of the others of its HLS group, whose members must not differ in it. */
export function audioLikeGroup(
  track: AudioFacts,
  wanted: AudioTrack,
  codec: string,
  measured: LoudnessByStream,
): { made: AudioEncoding; decisions: Decision[] } {
  const encoder = codec === 'opus' ? 'libopus' : codec === 'mp3' ? 'libmp3lame' : codec;
  const { made, decisions } = encodingBy(insteadOfCopy(wanted, encoder, track), track, measured);
  const convert: Decision = {
    action: 'convert',
    subject: `stream ${track.index}`,
    because: 'one-codec-in-a-group',
    detail: `HLS players want one codec in a group of tracks; ${encoder} is made from ${track.codec ?? ''}.`,
  };
  return { made, decisions: [convert, ...decisions] };
}

function copyOf(track: AudioFacts): AudioEncoding {
  return {
    codec: track.codec ?? '',
    encoder: null,
    bitrateBps: null,
    channels: track.channels,
    sampleRateHz: track.sampleRateHz,
    loudness: null,
  };
}

/** An entry that asks for a copy says nothing of rates. */
function insteadOfCopy(wanted: AudioTrack, encoder: string, track: AudioFacts): AudioTrack {
  const channels = Math.min(wanted.channels ?? Infinity, track.channels ?? 2, mostChannels(encoder));
  return { ...wanted, encoder, bitrateBps: encoder === 'flac' ? null : channels * fallbackBitrateBps };
}

function encodingBy(
  wanted: AudioTrack,
  track: AudioFacts,
  measured: LoudnessByStream,
): { made: AudioEncoding; decisions: Decision[] } {
  const { encoder, bitrateBps } = wanted;
  const asked = wanted.channels ?? track.channels ?? 2;
  const channels = Math.min(asked, track.channels ?? asked, mostChannels(encoder));
  const scaled = bitrateBps !== null && wanted.channels !== null && channels < wanted.channels;
  return {
    made: {
      codec: audioCodecOf(encoder),
      encoder,
      bitrateBps: scaled ? scaledRate(bitrateBps, channels / asked) : bitrateBps,
      channels,
      sampleRateHz: encoder === 'libopus' ? 48_000 : (wanted.sampleRateHz ?? track.sampleRateHz),
      loudness: loudnessPlan(measured.get(track.index) ?? [], wanted, channels),
    },
    decisions: channels < asked ? [fewerChannels(track, encoder, channels, asked)] : [],
  };
}

function fewerChannels(track: AudioFacts, encoder: string, channels: number, asked: number): Decision {
  const subject = `stream ${track.index}`;
  return channels === track.channels
    ? {
        action: 'cap',
        subject,
        because: 'fewer-source-channels',
        detail: `The source has ${channels} of the ${asked} channels asked for.`,
      }
    : {
        action: 'cap',
        subject,
        because: 'encoder-channel-limit',
        detail: `${encoder} makes no more than ${channels} of the ${asked} channels.`,
      };
}

function loudnessPlan(
  known: readonly MeasuredLoudness[],
  wanted: AudioTrack,
  channels: number,
): AudioRendition['loudness'] {
  if (wanted.loudness === null) return null;
  return { target: wanted.loudness, measured: known.find((one) => one.channels === channels) ?? null };
}

function isSuitable(track: AudioFacts, wanted: AudioTrack): boolean {
  if (!wanted.copyWhenSuitable || wanted.loudness !== null) return false;
  if (track.codec !== audioCodecOf(wanted.encoder)) return false;
  if (wanted.channels !== null && (track.channels ?? Infinity) > wanted.channels) return false;
  if (wanted.sampleRateHz !== null && track.sampleRateHz !== wanted.sampleRateHz) return false;
  // Matroska rarely says a track's rate; not knowing it is no reason to lose a generation.
  return wanted.bitrateBps === null || track.bitrateBps === null || track.bitrateBps <= wanted.bitrateBps * 1.1;
}

/** AC-3 and E-AC-3 in FFmpeg stop at 5.1. */
function mostChannels(encoder: string): number {
  if (encoder === 'ac3' || encoder === 'ac3_fixed' || encoder === 'eac3') return 6;
  return encoder === 'libmp3lame' ? 2 : 8;
}

/** A mono track needs less than the stereo rate that was asked for, but not half of it. */
function scaledRate(bitrateBps: number, share: number): number {
  return Math.max(32_000, Math.round((bitrateBps * Math.max(0.6, share)) / 8000) * 8000);
}
