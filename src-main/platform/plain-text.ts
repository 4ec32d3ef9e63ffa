/**
 * A line of text that a stranger wrote, fit for a terminal, a log and a page: without control characters, line ends and those
 * that change the direction of writing (which make one name look like another), at most `longest` characters.
 */
export function plainLine(text: string, longest: number): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ').trim();
  return [...line].slice(0, longest).join('').trim();
}
