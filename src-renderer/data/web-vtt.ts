/** A line of a WebVTT file. */
export type Cue = { startSec: number; endSec: number; text: string };

const timing = /^((?:\d+:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d+:)?\d{2}:\d{2}\.\d{3})/;

/** The cues of a WebVTT file of ours (chapters, thumbnails): no tags and no positions in them. */
export function cuesOf(text: string): Cue[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const lines = block.trim().split('\n');
      const at = lines.findIndex((line) => timing.test(line));
      const [, start, end] = timing.exec(lines[at] ?? '') ?? [];
      if (start === undefined || end === undefined) return [];
      const words = lines.slice(at + 1).join('\n');
      return [{ startSec: secondsOf(start), endSec: secondsOf(end), text: unescaped(words) }];
    });
}

function secondsOf(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
