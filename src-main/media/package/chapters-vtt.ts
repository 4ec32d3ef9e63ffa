import type { ChapterPlan } from '#shared/model/plan.ts';
import { escapeCueText } from '../subtitle/cue.ts';
import { writeWebVtt } from '../subtitle/webvtt.ts';

/** `chapters.vtt` (S1 1.1): one cue a chapter, the title as its text. */
export function chaptersVtt(chapters: readonly ChapterPlan[]): string {
  const cues = chapters.map(({ startSec, endSec, title }) => ({
    startSec,
    endSec,
    payload: escapeCueText(title),
    settings: '',
  }));
  return writeWebVtt({ cues });
}
