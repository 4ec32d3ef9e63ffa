import type { AudioFacts } from '#shared/model/facts.ts';
import type { AudioRendition, Decision } from '#shared/model/plan.ts';
import type { AudioTrack, Profile } from '#shared/model/profile.ts';
import {
  type AudioEncoding,
  audioEncoding,
  audioLikeGroup,
  type LoudnessByStream,
  startToleranceSec,
} from './audio-encoding.ts';
import { languageText, trackName } from './track-name.ts';

/** One rendition for each wanted track and each entry of `audio.tracks`; every entry is an HLS group of its own. */
export function audioRenditions(
  tracks: readonly AudioFacts[],
  profile: Profile,
  pictureStartSec: number,
  measured: LoudnessByStream,
): { renditions: AudioRendition[]; decisions: Decision[] } {
  const decisions: Decision[] = [];
  const names = uniqueNames(tracks);
  const renditions: AudioRendition[] = [];
  const ids = new Set<string>();
  const groups = new Set<string>();
  const made = new Set<string>();
  for (const wanted of tracks.length === 0 ? [] : profile.audio.tracks) {
    const members = entryMembers(tracks, wanted, profile, pictureStartSec, measured);
    const whole = JSON.stringify(members.map((member) => member.made));
    // Two entries that both copied, or both fell back, would be the same tracks twice; HLS groups stay whole.
    if (profile.container === 'hls' && made.has(whole)) continue;
    made.add(whole);
    const group = unique(`audio_${members[0]?.made.codec ?? ''}`, groups, '_');
    members.forEach((member, order) => {
      const { track } = member;
      const alone = JSON.stringify([track.index, member.made]);
      if (profile.container !== 'hls' && made.has(alone)) return;
      made.add(alone);
      decisions.push(...member.decisions);
      renditions.push({
        ...member.made,
        id: unique(`audio_${track.language ?? 'und'}_${member.made.codec}${idSuffix(track)}`, ids, '_'),
        streamIndex: track.index,
        language: track.language,
        name: trackName(profile.container, track.title, names[order] ?? languageText(track.language)),
        group,
        // Each HLS group has its own default; a file has one.
        isDefault: order === 0 && (profile.container === 'hls' || renditions.length === 0),
        commentary: track.disposition.commentary,
        describesVideo: track.disposition.visualImpaired,
      });
    });
  }
  for (const track of tracks) startDecision(track, pictureStartSec, decisions);
  return { renditions, decisions };
}

type Member = { track: AudioFacts; made: AudioEncoding; decisions: Decision[] };

/** All tracks as one entry makes them. In HLS they get one codec: players do not change it when the language changes. */
function entryMembers(
  tracks: readonly AudioFacts[],
  wanted: AudioTrack,
  profile: Profile,
  pictureStartSec: number,
  measured: LoudnessByStream,
): Member[] {
  const members = tracks.map((track) => ({
    track,
    ...audioEncoding(track, wanted, profile, pictureStartSec, measured),
  }));
  const codec = members[0]?.made.codec;
  if (profile.container !== 'hls' || codec === undefined) return members;
  return members.map((member) =>
    member.made.codec === codec
      ? member
      : { track: member.track, ...audioLikeGroup(member.track, wanted, codec, measured) },
  );
}

function startDecision(track: AudioFacts, pictureStartSec: number, decisions: Decision[]): void {
  if (track.startSec === null) return;
  const lateSec = track.startSec - pictureStartSec;
  if (Math.abs(lateSec) <= startToleranceSec) return;
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
function idSuffix({ disposition }: AudioFacts): string {
  return disposition.commentary ? '_commentary' : disposition.visualImpaired ? '_described' : '';
}

function uniqueNames(tracks: readonly AudioFacts[]): string[] {
  const taken = new Set<string>();
  return tracks.map(({ language, disposition }) => {
    const what = disposition.commentary ? ' (Commentary)' : disposition.visualImpaired ? ' (Described)' : '';
    return unique(`${languageText(language)}${what}`, taken, ' ');
  });
}

function unique(stem: string, taken: Set<string>, separator: string): string {
  let text = stem;
  for (let copy = 2; taken.has(text); copy += 1) text = `${stem}${separator}${copy}`;
  taken.add(text);
  return text;
}
