/** One subtitle on screen. Times are seconds from the start of the presentation, or of the file it was read from. */
export type Cue = {
  startSec: number;
  endSec: number;
  /** WebVTT cue text: tags and character references as that format has them, lines joined by `\n`. */
  payload: string;
  /** WebVTT cue settings (`line:0 align:left`); empty for the usual place. */
  settings: string;
};

/** WebVTT escapes three characters (W3C WebVTT 4.2.2); `&` also keeps a `-->` in the text from reading as a time line. */
export function escapeCueText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A blank line would end the cue, so blank lines and blanks at line ends are taken out. */
export function tidyPayload(payload: string): string {
  return payload
    .replaceAll('\0', '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** True when tags are all there is: nothing would be shown. */
export function showsNothing(payload: string): boolean {
  return /^[\s\u200b-\u200f\u2060\ufeff]*$/.test(payload.replace(/<[^<>]*>/g, '').replace(/&(?:nbsp|lrm|rlm);/g, ' '));
}
