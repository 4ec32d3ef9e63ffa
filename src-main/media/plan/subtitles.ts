import type { MediaFacts, SubtitleFacts } from '#shared/model/facts.ts';
import type { Decision, PictureSource, SubtitleKind, SubtitleRendition } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { isReadableText, subtitleForm, subtitleTreatment, type SubtitleTreatment } from '../subtitle/image-subtitle.ts';
import { subtitleKind } from '../subtitle/kind.ts';
import { languageText, trackName } from './track-name.ts';

type Wanted = { track: SubtitleFacts; kind: SubtitleKind; forced: boolean };
type BurnIn = PictureSource['burnIn'];

export type SubtitlePlan = { renditions: SubtitleRendition[]; burnIn: BurnIn; decisions: Decision[] };

/**
 * Subtitles in the order of the profile's languages, told apart as full, sign or SDH, each with what its container does
 * with it (S1 3.1). Only a source's own flag makes one the default.
 */
export function subtitlePlan(facts: MediaFacts, profile: Profile, name: string): SubtitlePlan {
  const decisions: Decision[] = [];
  const wanted = wantedSubtitles(facts, profile, decisions);
  const burnt = chooseBurnIn(wanted, profile);
  if (burnt !== null) {
    const image = burnt.because === 'bitmap-subtitle';
    decisions.push({
      action: 'burn-in',
      subject: `stream ${burnt.track.index}`,
      because: image ? 'image-burnt-in' : 'burn-in-wanted',
      detail: image
        ? `${profile.container} carries no image subtitles; this one is drawn into the picture, as the profile asks.`
        : 'It is drawn into the picture, as the profile asks.',
    });
  }
  const ids = new Set<string>();
  const names = new Set<string>();
  const renditions: SubtitleRendition[] = [];
  for (const one of wanted) {
    if (one.track.index === burnt?.track.index) continue;
    const treatment = subtitleTreatment(one.track.codec, profile.container);
    const made = rendition(one, treatment, profile, name, ids, names);
    note(one.track, treatment, profile, decisions);
    if (made !== null) renditions.push(made);
  }
  return { renditions: oneDefault(renditions), burnIn: burnt === null ? null : burnInOf(burnt.track), decisions };
}

function wantedSubtitles(facts: MediaFacts, profile: Profile, decisions: Decision[]): Wanted[] {
  const { languages, otherLanguages } = profile.subtitles;
  const place = (track: SubtitleFacts) => (track.language === null ? -1 : languages.indexOf(track.language));
  const wanted: Wanted[] = [];
  for (const track of facts.subtitles) {
    if (languages.length > 0 && otherLanguages === 'drop' && place(track) < 0) {
      decisions.push({
        action: 'drop',
        subject: `stream ${track.index}`,
        because: 'language-not-wanted',
        detail: `${languageText(track.language)} is not among ${languages.join(', ')}.`,
      });
      continue;
    }
    const { kind, forced } = subtitleKind(track, facts.subtitles);
    wanted.push({ track, kind, forced });
  }
  const rank = (one: Wanted) => (place(one.track) < 0 ? languages.length : place(one.track));
  return wanted.sort((a, b) => rank(a) - rank(b));
}

function chooseBurnIn(
  wanted: readonly Wanted[],
  profile: Profile,
): { track: SubtitleFacts; because: Decision['because'] } | null {
  const drawable = wanted.filter(({ track }) => isReadableText(track.codec) || subtitleForm(track.codec) === 'image');
  const asked =
    profile.subtitles.burnIn === 'forced'
      ? drawable.find((one) => one.forced)
      : profile.subtitles.burnIn === 'first'
        ? drawable[0]
        : undefined;
  if (asked !== undefined) return { track: asked.track, because: 'burn-in-wanted' };
  if (profile.subtitles.images !== 'burn-in') return null;
  const image = drawable.find(
    (one) => subtitleTreatment(one.track.codec, profile.container).action === 'burn-in-or-drop',
  );
  return image === undefined ? null : { track: image.track, because: 'bitmap-subtitle' };
}

function burnInOf(track: SubtitleFacts): BurnIn {
  return { streamIndex: track.index, form: subtitleForm(track.codec) === 'image' ? 'image' : 'text' };
}

function rendition(
  one: Wanted,
  treatment: SubtitleTreatment,
  profile: Profile,
  name: string,
  ids: Set<string>,
  names: Set<string>,
): SubtitleRendition | null {
  if (treatment.action === 'drop' || treatment.action === 'burn-in-or-drop') return null;
  const { track, kind, forced } = one;
  const id = unique(`${track.language ?? 'und'}.${kind}`, (stem, copy) => `${stem}_${copy}`, ids);
  const shared = {
    id,
    streamIndex: track.index,
    language: track.language,
    kind,
    forced,
    isDefault: track.disposition.default,
    name: trackName(
      profile.container,
      track.title,
      unique(`${languageText(track.language)}${kindText(kind, forced)}`, (stem, copy) => `${stem} ${copy}`, names),
    ),
    sourceCodec: track.codec ?? '',
  };
  if (profile.container !== 'hls') return { ...shared, files: [], playlist: null, mux: muxed(treatment, track) };
  const path = (format: 'ass' | 'vtt' | 'srt') => ({ format, path: `subtitles/${name}.${id}.${format}` });
  const native = treatment.action === 'extract' ? treatment.format : 'vtt';
  const files =
    native === 'ass'
      ? [path('ass'), ...(profile.subtitles.webVtt ? [path('vtt')] : [])]
      : // Without a WebVTT copy an SRT source stays SRT beside the streams; there is no playlist for it.
        [path(profile.subtitles.webVtt || native !== 'vtt' || track.codec === 'webvtt' ? 'vtt' : 'srt')];
  const playable = files.some((file) => file.format === 'vtt');
  return { ...shared, files, playlist: playable ? `subtitles/${name}.${id}.m3u8` : null, mux: null };
}

function muxed(treatment: SubtitleTreatment, track: SubtitleFacts): SubtitleRendition['mux'] {
  if (treatment.action === 'convert') return treatment.to === 'mov_text' ? 'mov_text' : 'srt';
  return track.codec === 'mov_text' ? 'mov_text' : 'copy';
}

function note(track: SubtitleFacts, treatment: SubtitleTreatment, profile: Profile, decisions: Decision[]): void {
  const subject = `stream ${track.index}`;
  const codec = track.codec ?? 'an unknown subtitle';
  switch (treatment.action) {
    case 'copy':
      return;
    case 'drop':
      decisions.push({
        action: 'drop',
        subject,
        because: treatment.because,
        detail: `${codec} can't be put into ${profile.container}, and nothing here reads it.`,
      });
      return;
    case 'burn-in-or-drop':
      decisions.push({
        action: 'drop',
        subject,
        because: 'bitmap-subtitle',
        detail: `${codec} is pictures, which ${profile.container} can't carry: use container mkv, or subtitles.images "burn-in".`,
      });
      return;
    case 'extract':
      if (treatment.because === null) return;
      decisions.push({
        action: 'keep',
        subject,
        because: treatment.because,
        detail: profile.subtitles.webVtt
          ? 'The styled original is kept as it is; a plain WebVTT copy is made beside it.'
          : 'The styled original is kept as it is.',
      });
      return;
    case 'convert':
      decisions.push({
        action: 'convert',
        subject,
        because: treatment.because,
        detail: `${codec} becomes ${treatment.to}.`,
      });
      if (treatment.stylingLost) {
        decisions.push({
          action: 'change',
          subject,
          because: 'styling-lost',
          detail: `${treatment.to} has no fonts, positions or effects; only the words are kept.`,
        });
      }
  }
}

/** A player obeys one default; of several flags the first in the user's order wins. */
function oneDefault(renditions: SubtitleRendition[]): SubtitleRendition[] {
  const first = renditions.findIndex((one) => one.isDefault);
  return renditions.map((one, i) => ({ ...one, isDefault: i === first }));
}

function kindText(kind: SubtitleKind, forced: boolean): string {
  if (kind === 'sdh') return ' (SDH)';
  if (kind === 'sign') return forced ? ' (Forced)' : ' (Signs)';
  return '';
}

function unique(stem: string, numbered: (stem: string, copy: number) => string, taken: Set<string>): string {
  let text = stem;
  for (let copy = 2; taken.has(text); copy += 1) text = numbered(stem, copy);
  taken.add(text);
  return text;
}
