import { languageName } from '#shared/format/language.ts';
import type { AudioFacts, MeasuredLoudness, MediaFacts } from '#shared/model/facts.ts';
import type { AudioRendition, Decision } from '#shared/model/plan.ts';
import type { AudioTrack, Profile } from '#shared/model/profile.ts';
import { audioCodecOf, containerCarriesAudio } from './codecs.ts';
import { trackName } from './track-name.ts';

/** Packets of a track that starts off by more than this against the picture would be heard early or late when copied. */
const copyStartToleranceSec = 0.05;
/** Where the asked codec can't be made from a copy: lossless where the container has it, AAC elsewhere. */
const fallbackBitrateBps = 160_000;

/** Loudness measured so far, by source stream. */
export type LoudnessByStream = ReadonlyMap<number, readonly MeasuredLoudness[]>;

/**
 * The source tracks that the profile wants, in the order a viewer is offered them: by language as the profile lists them,
 * commentary after the film's own sound. When nothing is left the first track is kept (S1 3.2).
 */
export function wantedAudio(facts: MediaFacts, profile: Profile): { tracks: AudioFacts[]; decisions: Decision[] } {
  const decisions: Decision[] = [];
  const { languages, otherLanguages, commentary } = profile.audio;
  if (profile.audio.tracks.length === 0) {
    for (const track of facts.audio)
      decisions.push(dropped(track, 'profile-leaves-it-out', 'The profile makes no sound.'));
    return { tracks: [], decisions };
  }
  const usable = facts.audio.filter((track) => {
    if (track.codec !== null && track.channels !== null) return true;
    decisions.push(dropped(track, 'unknown-codec', 'FFmpeg can not tell what this sound is.'));
    return false;
  });
  const listed = (track: AudioFacts) => track.language !== null && languages.includes(track.language);
  const unwanted = (track: AudioFacts): Decision | null => {
    if (languages.length > 0 && otherLanguages === 'drop' && !listed(track)) {
      return dropped(track, 'language-not-wanted', `${spokenLanguage(track)} is not among ${languages.join(', ')}.`);
    }
    if (commentary === 'drop' && track.disposition.commentary) {
      return dropped(track, 'commentary-not-wanted', 'The profile leaves commentary out.');
    }
    return null;
  };
  const kept = usable.filter((track) => unwanted(track) === null);
  const first = usable[0];
  if (kept.length === 0 && first !== undefined) {
    kept.push(first);
    decisions.push({
      action: 'keep',
      subject: `stream ${first.index}`,
      because: 'only-track-left',
      detail: 'No track is in a wanted language; the first one is kept rather than a silent film.',
    });
  }
  for (const track of usable) {
    const why = kept.includes(track) ? null : unwanted(track);
    if (why !== null) decisions.push(why);
  }
  const rank = (track: AudioFacts) => {
    const place = track.language === null ? -1 : languages.indexOf(track.language);
    return place >= 0 ? place : languages.length;
  };
  const special = (track: AudioFacts) => (track.disposition.commentary || track.disposition.visualImpaired ? 1 : 0);
  // Without an order of the user's the source's default track leads; the sort is stable, so the rest keep their order.
  const lead = (track: AudioFacts) => (languages.length === 0 && track.disposition.default ? 0 : 1);
  kept.sort((a, b) => rank(a) - rank(b) || special(a) - special(b) || lead(a) - lead(b));
  return { tracks: kept, decisions };
}

/** One rendition for each wanted track and each entry of `audio.tracks`; groups are made by codec. */
export function audioRenditions(
  tracks: readonly AudioFacts[],
  profile: Profile,
  pictureStartSec: number,
  measured: LoudnessByStream,
): { renditions: AudioRendition[]; decisions: Decision[] } {
  const decisions: Decision[] = [];
  const names = uniqueNames(tracks);
  const renditions: AudioRendition[] = [];
  const taken = new Set<string>();
  for (const wanted of profile.audio.tracks) {
    tracks.forEach((track, order) => {
      const made = encoding(track, wanted, profile, pictureStartSec, measured, decisions);
      const id = uniqueId(`audio_${track.language ?? 'und'}_${made.codec}`, track, taken);
      renditions.push({
        ...made,
        id,
        streamIndex: track.index,
        language: track.language,
        name: trackName(profile.container, track.title, names[order] ?? spokenLanguage(track)),
        group: `audio_${made.codec}`,
        isDefault: order === 0,
        commentary: track.disposition.commentary,
        describesVideo: track.disposition.visualImpaired,
      });
    });
  }
  for (const track of tracks) startDecision(track, pictureStartSec, decisions);
  return { renditions: withoutRepeats(renditions), decisions };
}

type Encoding = Pick<AudioRendition, 'codec' | 'encoder' | 'bitrateBps' | 'channels' | 'sampleRateHz' | 'loudness'>;

function encoding(
  track: AudioFacts,
  wanted: AudioTrack,
  profile: Profile,
  pictureStartSec: number,
  measured: LoudnessByStream,
  decisions: Decision[],
): Encoding {
  const subject = `stream ${track.index}`;
  const sourceCodec = track.codec ?? '';
  const copied: Encoding = {
    codec: sourceCodec,
    encoder: null,
    bitrateBps: null,
    channels: track.channels,
    sampleRateHz: track.sampleRateHz,
    loudness: null,
  };
  const asksCopy = wanted.encoder === 'copy';
  const onTime = Math.abs((track.startSec ?? pictureStartSec) - pictureStartSec) <= copyStartToleranceSec;
  const carried = containerCarriesAudio(profile.container, sourceCodec);
  // Matroska and MP4 keep a late start as a time stamp; HLS players need sound from the first segment on.
  const copyable = carried && (onTime || profile.container === 'mkv');
  if (asksCopy && copyable) {
    decisions.push({
      action: 'copy',
      subject,
      because: 'asked-to-copy',
      detail: `${sourceCodec} is taken over bit for bit.`,
    });
    return copied;
  }
  if (!asksCopy && copyable && isSuitable(track, wanted)) {
    decisions.push({
      action: 'copy',
      subject,
      because: 'already-suitable',
      detail: `${sourceCodec} already is what the profile asks for; it is taken over bit for bit.`,
    });
    return copied;
  }
  const encoder = asksCopy ? (profile.container === 'mkv' ? 'flac' : 'aac') : wanted.encoder;
  if (asksCopy) {
    decisions.push({
      action: 'convert',
      subject,
      because: carried ? 'starts-late' : 'container-cannot-carry',
      detail: `${sourceCodec} can't be copied into ${profile.container} as it is; ${encoder} is made from it.`,
    });
  }
  const most = mostChannels(encoder);
  const asked = Math.min(wanted.channels ?? track.channels ?? 2, most);
  const channels = Math.min(asked, track.channels ?? asked);
  if (wanted.channels !== null && channels < wanted.channels) {
    decisions.push({
      action: 'cap',
      subject,
      because: 'fewer-source-channels',
      detail: `The source has ${channels} of the ${wanted.channels} channels asked for.`,
    });
  }
  const bitrate = asksCopy && encoder === 'aac' ? fallbackBitrateBps : wanted.bitrateBps;
  return {
    codec: audioCodecOf(encoder),
    encoder,
    bitrateBps:
      bitrate === null
        ? null
        : channels < (wanted.channels ?? channels)
          ? scaledRate(bitrate, channels, wanted)
          : bitrate,
    channels,
    sampleRateHz: encoder === 'libopus' ? 48_000 : (wanted.sampleRateHz ?? track.sampleRateHz),
    loudness: loudnessPlan(measured.get(track.index) ?? [], wanted, channels),
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
  return wanted.bitrateBps === null || (track.bitrateBps !== null && track.bitrateBps <= wanted.bitrateBps * 1.1);
}

/** AC-3 and E-AC-3 in FFmpeg stop at 5.1. */
function mostChannels(encoder: string): number {
  if (encoder === 'ac3' || encoder === 'ac3_fixed' || encoder === 'eac3') return 6;
  return encoder === 'libmp3lame' ? 2 : 8;
}

/** A mono track needs less than the stereo rate that was asked for, but not half of it. */
function scaledRate(bitrateBps: number, channels: number, wanted: AudioTrack): number {
  const share = channels / (wanted.channels ?? channels);
  return Math.max(32_000, Math.round((bitrateBps * Math.max(0.6, share)) / 8000) * 8000);
}

function startDecision(track: AudioFacts, pictureStartSec: number, decisions: Decision[]): void {
  if (track.startSec === null) return;
  const lateSec = track.startSec - pictureStartSec;
  if (Math.abs(lateSec) <= copyStartToleranceSec) return;
  decisions.push({
    action: 'change',
    subject: `stream ${track.index}`,
    because: lateSec > 0 ? 'starts-late' : 'starts-early',
    detail:
      lateSec > 0
        ? `The sound begins ${lateSec.toFixed(3)} s after the picture; silence fills the gap.`
        : `The sound begins ${(-lateSec).toFixed(3)} s before the first picture; that much is cut.`,
  });
}

/** `audio_eng_aac`, then `audio_eng_aac_commentary`, `audio_eng_aac_described`, `audio_eng_aac_2`. */
function uniqueId(base: string, track: AudioFacts, taken: Set<string>): string {
  const why = track.disposition.commentary ? '_commentary' : track.disposition.visualImpaired ? '_described' : '';
  const stem = `${base}${why}`;
  let id = stem;
  for (let copy = 2; taken.has(id); copy += 1) id = `${stem}_${copy}`;
  taken.add(id);
  return id;
}

function uniqueNames(tracks: readonly AudioFacts[]): string[] {
  const taken = new Set<string>();
  return tracks.map((track) => {
    const what = track.disposition.commentary
      ? ' (Commentary)'
      : track.disposition.visualImpaired
        ? ' (Described)'
        : '';
    const stem = `${spokenLanguage(track)}${what}`;
    let name = stem;
    for (let copy = 2; taken.has(name); copy += 1) name = `${stem} ${copy}`;
    taken.add(name);
    return name;
  });
}

/** Two entries of one codec that both copied, or both fell back, would be the same track twice. */
function withoutRepeats(renditions: AudioRendition[]): AudioRendition[] {
  const facts = (r: AudioRendition) => JSON.stringify([r.streamIndex, r.codec, r.encoder, r.bitrateBps, r.channels]);
  return renditions.filter((r, i) => renditions.findIndex((other) => facts(other) === facts(r)) === i);
}

function spokenLanguage(track: AudioFacts): string {
  return track.language === null ? 'Unknown' : languageName(track.language);
}

function dropped(track: AudioFacts, because: Decision['because'], detail: string): Decision {
  return { action: 'drop', subject: `stream ${track.index}`, because, detail };
}
