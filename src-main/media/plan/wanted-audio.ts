import type { AudioFacts, MediaFacts } from '#shared/model/facts.ts';
import type { Decision } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { languageText } from './track-name.ts';

/**
 * The source tracks that the profile wants, in the order a viewer is offered them: by language as the profile lists them,
 * commentary and descriptions after all of the film's own sound. When nothing is left the first track is kept (S1 3.2).
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
      return dropped(
        track,
        'language-not-wanted',
        `${languageText(track.language)} is not among ${languages.join(', ')}.`,
      );
    }
    if (commentary === 'drop' && track.disposition.commentary) {
      return dropped(track, 'commentary-not-wanted', 'The profile leaves commentary out.');
    }
    return null;
  };
  const kept = usable.filter((track) => unwanted(track) === null);
  const first = usable.find((track) => !isSpecial(track)) ?? usable[0];
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
  const special = (track: AudioFacts) => (isSpecial(track) ? 1 : 0);
  // Without an order of the user's the source's default track leads; the sort is stable, so the rest keep their order.
  const lead = (track: AudioFacts) => (languages.length === 0 && track.disposition.default ? 0 : 1);
  kept.sort((a, b) => special(a) - special(b) || rank(a) - rank(b) || lead(a) - lead(b));
  return { tracks: kept, decisions };
}

/** Not what a viewer wants to hear at first. */
function isSpecial({ disposition }: AudioFacts): boolean {
  return disposition.commentary || disposition.visualImpaired;
}

function dropped(track: AudioFacts, because: Decision['because'], detail: string): Decision {
  return { action: 'drop', subject: `stream ${track.index}`, because, detail };
}
