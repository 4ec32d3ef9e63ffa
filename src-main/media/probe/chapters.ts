import type { ChapterFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import { warning } from '../check/finding-of.ts';
import type { ProbedChapter } from './ffprobe-answer.ts';
import { nonEmpty } from './shared-stream-facts.ts';

/**
 * Chapters in order of time and inside the film. Those that begin after its end are dropped, those that reach beyond it
 * are clipped: a player that jumps there shows nothing.
 */
export function readChapters(
  chapters: readonly ProbedChapter[],
  film: { startSec: number | null; endSec: number | null },
): { chapters: ChapterFacts[]; oddities: Finding[] } {
  const from = film.startSec ?? 0;
  const until = film.endSec ?? Number.POSITIVE_INFINITY;
  const placed = chapters.flatMap((chapter): ChapterFacts[] => {
    if (chapter.start_time === null) return [];
    const startSec = Math.max(chapter.start_time, from);
    const endSec = chapter.end_time !== null && chapter.end_time > startSec ? Math.min(chapter.end_time, until) : null;
    return startSec >= until ? [] : [{ startSec, endSec, title: nonEmpty(chapter.tags.get('title')) }];
  });
  const dropped = chapters.length - placed.length;
  const oddity = warning(
    'chapters-outside-the-film',
    null,
    `${dropped} of ${chapters.length} chapters begin after the end of the film and are left out`,
  );
  return { chapters: placed.sort((a, b) => a.startSec - b.startSec), oddities: dropped > 0 ? [oddity] : [] };
}
