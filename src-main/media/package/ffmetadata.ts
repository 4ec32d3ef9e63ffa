import type { ChapterPlan } from '#shared/model/plan.ts';

/**
 * FFmpeg's metadata file (FFMETADATA1): tags and chapters for a muxer, times in milliseconds. Given to FFmpeg as an input,
 * it brings chapters without any of the source's other metadata.
 */
export function ffmetadata(content: {
  tags: Readonly<Record<string, string>>;
  chapters: readonly ChapterPlan[];
}): string {
  const tags = Object.entries(content.tags).map(([key, value]) => `${escaped(key)}=${escaped(value)}`);
  const chapters = content.chapters.flatMap(({ startSec, endSec, title }) => [
    '[CHAPTER]',
    'TIMEBASE=1/1000',
    `START=${Math.round(startSec * 1000)}`,
    `END=${Math.round(endSec * 1000)}`,
    `title=${escaped(title)}`,
  ]);
  return `${[';FFMETADATA1', ...tags, ...chapters].join('\n')}\n`;
}

/** FFmpeg's own rule: a backslash before `=`, `;`, `#`, itself and a line end. A zero byte would end the file's text. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\0', '')
    .replace(/\r\n?/g, '\n')
    .replace(/[=;#\\\n]/g, '\\$&');
}
