import { readFile } from 'node:fs/promises';
import { readFont } from '#main/media/font/font-faces.ts';
import { packageFiles } from '#main/stages/check/package-files.ts';
import type { Certificate } from '#shared/model/certificate.ts';

/** Faces of the fonts in a package folder. */
export async function certifiedFonts(root: string): Promise<Certificate['fonts']> {
  const fonts: Certificate['fonts'] = [];
  for (const { path, kind, absolutePath } of (await packageFiles(root)).values()) {
    if (!path.startsWith('fonts/') || kind !== 'file') continue;
    const read = readFont(await readFile(absolutePath));
    const families = read.ok ? read.faces.map(({ families: [family] }) => family ?? null) : [null];
    for (const family of new Set(families)) fonts.push({ path, family });
  }
  return fonts;
}
