import type { Finding } from '#shared/model/finding.ts';
import { warning } from '../check/finding-of.ts';
import type { UsedFace } from '../subtitle/ass.ts';
import type { FontFace } from './font-faces.ts';

export type FontSource = { file: string; faces: readonly FontFace[] };

export type FaceMatch = {
  used: UsedFace;
  /** The file that draws it; null when none has the name. */
  file: string | null;
  face: FontFace | null;
  /** What the renderer makes itself because the file has no such cut. */
  synthesised: ('bold' | 'italic')[];
  /** Characters that no face of that name has, with the script lines that draw them. */
  missingGlyphs: { character: string; lines: readonly number[] }[];
};

export type FontReport = {
  matches: FaceMatch[];
  /** Files that nothing draws with. */
  unusedFiles: string[];
};

/**
 * Matches the faces that scripts draw with against the fonts that came along, as libass does: any family name of the
 * font in any language, without letter case; failing that the full name (TrueType outlines) or the PostScript name
 * (CFF); among the faces so named the one nearest in slant and weight. A glyph counts as there if any of them has it.
 */
export function matchFonts(used: readonly UsedFace[], fonts: readonly FontSource[]): FontReport {
  const drawn = new Set<string>();
  const matches = used.map((face): FaceMatch => {
    const candidates = candidatesFor(face, fonts);
    const [best] = candidates;
    if (best === undefined) return { used: face, file: null, face: null, synthesised: [], missingGlyphs: [] };
    drawn.add(best.file);
    const missingGlyphs: FaceMatch['missingGlyphs'] = [];
    for (const [character, lines] of face.characters) {
      const holder = candidates.find((candidate) => candidate.face.hasGlyph(character.codePointAt(0) ?? 0));
      if (holder === undefined) missingGlyphs.push({ character, lines });
      else drawn.add(holder.file);
    }
    return { used: face, file: best.file, face: best.face, synthesised: synthesised(face, best.face), missingGlyphs };
  });
  return { matches, unusedFiles: fonts.map(({ file }) => file).filter((file) => !drawn.has(file)) };
}

type Candidate = { file: string; face: FontFace };

/** Nearest first; equals stay in the order of the files. */
function candidatesFor(used: UsedFace, fonts: readonly FontSource[]): Candidate[] {
  const all = fonts.flatMap(({ file, faces }) => faces.map((face) => ({ file, face })));
  const wanted = key(used.family);
  const named = (names: readonly string[]) => names.some((name) => key(name) === wanted);
  const ofFamily = all.filter(({ face }) => named(face.families));
  const found =
    ofFamily.length > 0
      ? ofFamily
      : all.filter(({ face }) => {
          const byFull = named(face.fullNames);
          const byPostscript = face.postscriptName !== null && named([face.postscriptName]);
          if (byFull === byPostscript) return byFull;
          return byFull ? !face.postscriptOutlines : face.postscriptOutlines;
        });
  return found.toSorted((a, b) => distance(used, a.face) - distance(used, b.face));
}

function key(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

function distance(used: UsedFace, face: FontFace): number {
  return (used.italic === face.italic ? 0 : 1000) + Math.abs(used.weight - face.weight);
}

function synthesised(used: UsedFace, face: FontFace): FaceMatch['synthesised'] {
  // libass emboldens from 150 above the face's own weight on.
  const bold = used.weight > face.weight + 150;
  return [...(bold ? ['bold' as const] : []), ...(used.italic && !face.italic ? ['italic' as const] : [])];
}

const maxShownLines = 8;
const maxShownGlyphs = 16;

/**
 * Warnings of a report: `font-missing` for each family that nothing provides, `font-glyph-missing` for each face with
 * characters that it can't draw, each naming lines of the script. `where` is what the script is called.
 */
export function fontFindings(report: FontReport, where: string): Finding[] {
  return [...missingFamilies(report, where), ...missingGlyphs(report, where)];
}

function missingFamilies(report: FontReport, where: string): Finding[] {
  const families = new Map<string, { family: string; styles: Set<string>; lines: Set<number> }>();
  for (const { used, file } of report.matches) {
    if (file !== null) continue;
    const entry = families.get(key(used.family)) ?? { family: used.family, styles: new Set(), lines: new Set() };
    families.set(key(used.family), entry);
    entry.styles.add(styleOf(used));
    for (const { line } of used.uses) entry.lines.add(line);
  }
  return [...families.values()].map(({ family, styles, lines }) =>
    warning(
      'font-missing',
      where,
      `No font called ${JSON.stringify(family)} came with the film (${[...styles].join(', ')}); used on ${shownLines([...lines])}`,
    ),
  );
}

function missingGlyphs(report: FontReport, where: string): Finding[] {
  return report.matches.flatMap(({ used, file, missingGlyphs: missing }) => {
    if (missing.length === 0) return [];
    const shown = missing.slice(0, maxShownGlyphs).map(({ character }) => glyphName(character));
    const more = missing.length > maxShownGlyphs ? ` and ${missing.length - maxShownGlyphs} more` : '';
    const lines = shownLines([...new Set(missing.flatMap((glyph) => glyph.lines))]);
    return warning(
      'font-glyph-missing',
      where,
      `${used.family} (${styleOf(used)}) in ${file} has no ${shown.join(' ')}${more}; used on ${lines}`,
    );
  });
}

function styleOf({ weight, italic, vertical }: UsedFace): string {
  const cut =
    weight === 400 ? (italic ? 'italic' : 'regular') : `${weight === 700 ? 'bold' : weight}${italic ? ' italic' : ''}`;
  return vertical ? `${cut}, vertical` : cut;
}

function glyphName(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /\p{M}/u.test(character) ? `U+${code}` : `${character} (U+${code})`;
}

function shownLines(lines: readonly number[]): string {
  const sorted = lines.toSorted((a, b) => a - b);
  const shown = sorted.slice(0, maxShownLines).join(', ');
  if (sorted.length > maxShownLines) return `lines ${shown} and ${sorted.length - maxShownLines} more`;
  return sorted.length === 1 ? `line ${shown}` : `lines ${shown}`;
}
