import type { SubtitleFacts } from '#shared/model/facts.ts';
import type { SubtitleKind } from '#shared/model/plan.ts';

export type SubtitleKindReason =
  | 'title-says-full'
  | 'title-says-forced'
  | 'title-says-sdh'
  | 'title-says-signs'
  | 'flag-hearing-impaired'
  | 'flag-forced'
  /** Each of several tracks of the language is flagged forced: the flag then tells nothing. */
  | 'flag-on-every-track'
  | 'nothing-said';

export type SubtitleKindDecision = { kind: SubtitleKind; forced: boolean; because: SubtitleKindReason };

/*
 * Words of a title, whole, in any letter case. `full` and `sdh` are looked for first: "Dialogue with signs & songs" has
 * everything, "Signs & Songs" has not.
 */

const fullWords = wholeWords(
  'full',
  'dialogue',
  'dialogues',
  'dialog',
  'complete',
  'complet',
  'complets',
  'complète',
  'completo',
  'completos',
  'completa',
  'completi',
  'vollständig',
  'volledig',
  'полные',
  '完整',
  'フル',
);

const forcedWords = wholeWords(
  'forced',
  'foreign parts',
  'foreign parts only',
  'erzwungen',
  'erzwungene',
  'forcé',
  'forcés',
  'forcée',
  'force',
  'forzado',
  'forzados',
  'forzato',
  'forzati',
  'forçado',
  'forçados',
  'forçada',
  'forçadas',
  'forcado',
  'forcados',
  'gedwongen',
  'geforceerd',
  'wymuszone',
  'vynucené',
  'форсированные',
  '強制',
);

const sdhWords = wholeWords(
  'sdh',
  'cc',
  'hoh',
  'closed captions',
  'closed caption',
  'closed captioned',
  'captions',
  'hearing impaired',
  'hard of hearing',
  'deaf',
  'malentendants',
  'malentendant',
  'sourds',
  'sme',
  'hörgeschädigte',
  'hörgeschädigten',
  'gehörlose',
  'gehörlosen',
  'schwerhörige',
  'sordos',
  'sordi',
  'non udenti',
  'surdos',
  'slechthorenden',
  'doven',
  'niesłyszących',
  'neslyšící',
  'глухих',
  'слабослышащих',
  '聴覚障害者',
  '听障',
);

const signWords = wholeWords(
  'signs',
  'sign',
  'songs',
  'song',
  's&s',
  'typesetting',
  'karaoke',
  'lyrics',
  'schilder',
  'lieder',
  'panneaux',
  'chansons',
  'carteles',
  'canciones',
  'letreros',
  'cartelli',
  'canzoni',
  'placas',
  'letreiros',
  'canções',
  'надписи',
  'песни',
  '看板',
);

/** `HI` means "hearing impaired" only in brackets: bare, it is Hindi or a greeting. */
const bracketedHi = /[([]hi[)\]]/i;

/**
 * Tells a full subtitle from signs and songs and from one for the deaf (S1 1.1: `full`, `sign`, `sdh`). What the title
 * says beats the flags, because titles are written by hand for one track and flags often come from a template.
 * `siblings` are all subtitles of the source; the track itself may be among them.
 */
export function subtitleKind(track: SubtitleFacts, siblings: readonly SubtitleFacts[]): SubtitleKindDecision {
  const title = track.title?.normalize('NFC') ?? '';
  const sdh = sdhWords.test(title) || bracketedHi.test(title);
  if (fullWords.test(title) && !sdh) return { kind: 'full', forced: false, because: 'title-says-full' };
  if (forcedWords.test(title)) return { kind: 'sign', forced: true, because: 'title-says-forced' };
  if (sdh) return { kind: 'sdh', forced: false, because: 'title-says-sdh' };
  if (signWords.test(title)) return { kind: 'sign', forced: track.disposition.forced, because: 'title-says-signs' };
  if (track.disposition.hearingImpaired) return { kind: 'sdh', forced: false, because: 'flag-hearing-impaired' };
  if (!track.disposition.forced) return { kind: 'full', forced: false, because: 'nothing-said' };
  const others = siblings.filter((other) => other.index !== track.index && other.language === track.language);
  const flagMeansNothing = others.length > 0 && others.every((other) => other.disposition.forced);
  if (flagMeansNothing) return { kind: 'full', forced: false, because: 'flag-on-every-track' };
  return { kind: 'sign', forced: true, because: 'flag-forced' };
}

/** Latin and Cyrillic words end where letters and digits end; Chinese and Japanese have no spaces to look for. */
function wholeWords(...words: string[]): RegExp {
  const alternatives = words.map((word) => {
    const pattern = word.normalize('NFC').replaceAll(' ', '[\\s_.-]+');
    return /[\p{Script=Han}\p{Script=Katakana}]/u.test(word)
      ? pattern
      : `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`;
  });
  return new RegExp(alternatives.join('|'), 'iu');
}
