/** Text that may hold anything (a path, another program's words) as one line a terminal can't be steered by. */
export function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, '?');
}
