import type { FontFile } from '../font/font-files.ts';

/** `fonts.json` (S1 1.3): what a player's ASS renderer loads. An empty list is an empty array. */
export function fontsManifest(files: readonly FontFile[]): string {
  return `${JSON.stringify(
    files.map(({ file, mimeType }) => ({ file, mimeType })),
    null,
    2,
  )}\n`;
}
