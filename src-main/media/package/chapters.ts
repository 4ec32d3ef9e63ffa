import type { ChapterFacts } from '#shared/model/facts.ts';
import type { ChapterPlan } from '#shared/model/plan.ts';

/**
 * A source's chapters on the presentation's clock: `originSec` becomes zero, all lie inside the film, none overlap, each
 * has a title. A missing end is the next start; a chapter that lies outside, or has no length left, goes.
 */
export function presentationChapters(
  chapters: readonly ChapterFacts[],
  originSec: number,
  durationSec: number,
): ChapterPlan[] {
  const moved = chapters
    .map(({ startSec, endSec, title }) => ({
      startSec: wholeMs(Math.max(0, startSec - originSec)),
      endSec: endSec === null ? null : endSec - originSec,
      title,
    }))
    .toSorted((a, b) => a.startSec - b.startSec);
  const clipped = moved.flatMap(({ startSec, endSec, title }, i) => {
    const limitSec = Math.min(moved[i + 1]?.startSec ?? durationSec, durationSec);
    const end = floorMs(Math.min(endSec ?? limitSec, limitSec));
    return end > startSec ? [{ startSec, endSec: end, title: plainTitle(title) }] : [];
  });
  return clipped.map((chapter, i) => ({ ...chapter, title: chapter.title ?? `Chapter ${i + 1}` }));
}

/** One line of readable text; null when nothing is left. */
function plainTitle(title: string | null): string | null {
  const text = (title ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return text === '' ? null : text;
}

function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** An end must not be rounded past the film. */
function floorMs(seconds: number): number {
  return Math.floor(seconds * 1000 + 1e-6) / 1000;
}
