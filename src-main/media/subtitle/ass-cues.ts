import type { AssEventRuns, AssRun } from './ass-runs.ts';
import { runsOf } from './ass-runs.ts';
import type { AssScript } from './ass-script.ts';
import type { Cue } from './cue.ts';
import { escapeCueText } from './cue.ts';
import { settingsOfAlignment } from './srt.ts';

export type AssCues = {
  cues: Cue[];
  /** Events that draw shapes or nothing at all. */
  withoutText: number;
  /** Events of no length, which ASS players never show. */
  neverShown: number;
};

/**
 * The words of an ASS script as cues, for players without an ASS renderer. Kept: line breaks, italics, underline, words
 * set bold by a tag (a style that is bold all over says nothing), top, middle or bottom, left or right. Lost: the rest
 * of the styling, which the native file keeps. Layers of one text come out as equal cues that `repairCues` joins.
 */
export function assCues(script: AssScript): AssCues {
  const result: AssCues = { cues: [], withoutText: 0, neverShown: 0 };
  for (const event of script.events) {
    const { startSec, endSec } = event;
    if (endSec <= startSec) {
      result.neverShown += 1;
      continue;
    }
    const drawn = runsOf(script, event);
    if (drawn.runs.every((run) => run.text.trim() === '')) {
      result.withoutText += 1;
      continue;
    }
    const payload = drawn.runs.map(taggedText).join('');
    result.cues.push({ startSec, endSec, payload, settings: settingsOfAlignment(placeOf(drawn)) });
  }
  return result;
}

function taggedText(run: AssRun): string {
  const tags = [
    ...(run.italic ? ['i'] : []),
    ...(run.weight >= 600 && run.styleWeight < 600 ? ['b'] : []),
    ...(run.underline ? ['u'] : []),
  ];
  const words = run.text.trim();
  if (tags.length === 0 || words === '') return escapeCueText(run.text);
  const before = run.text.slice(0, run.text.indexOf(words));
  const after = run.text.slice(before.length + words.length);
  const open = tags.map((tag) => `<${tag}>`).join('');
  const close = tags
    .toReversed()
    .map((tag) => `</${tag}>`)
    .join('');
  return `${before}${open}${escapeCueText(words)}${close}${after}`;
}

/** A text placed by `\pos` goes to the third of the picture that it stands in; its column says nothing about reading. */
function placeOf({ alignment, placedAt }: AssEventRuns): number {
  if (placedAt === null) return alignment;
  return placedAt < 1 / 3 ? 8 : placedAt > 2 / 3 ? 2 : 5;
}
