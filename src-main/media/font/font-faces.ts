import type { FontkitFace } from 'fontkit';
import { create } from 'fontkit';
import type { FontFormat } from './font-format.ts';
import { fontFormat } from './font-format.ts';
import { proveFontTables } from './font-tables.ts';

export type FontFace = {
  /** Names of the family in every language of the font, the English one first. */
  families: string[];
  /** Full names ("Cabin Condensed Bold") in every language. */
  fullNames: string[];
  postscriptName: string | null;
  subfamily: string | null;
  /** 100 to 900. */
  weight: number;
  italic: boolean;
  /** PostScript outlines (CFF): libass then looks at the PostScript name, else at full names. */
  postscriptOutlines: boolean;
  hasGlyph: (codePoint: number) => boolean;
};

export type BrokenFontReason =
  /** The first bytes are no font's. */
  | 'not-a-font'
  /** The file ends before a table that is needed. */
  | 'cut-short'
  /** A font engine can't make sense of it. */
  | 'damaged'
  /** No family name: a subtitle can't ask for it. */
  | 'nameless';

export type ReadFont =
  | { ok: true; format: FontFormat; faces: FontFace[] }
  | { ok: false; because: BrokenFontReason; detail: string };

/** The faces in a font file: one, or several in a collection. Damage is an answer, never an exception. */
export function readFont(bytes: Uint8Array): ReadFont {
  const format = fontFormat(bytes);
  if (format === null) return { ok: false, because: 'not-a-font', detail: 'the first bytes are no font' };
  const proof = proveFontTables(bytes, format);
  if (!proof.ok) {
    const { code, detail } = proof.fault;
    return { ok: false, because: code === 'cut-short' ? 'cut-short' : 'damaged', detail };
  }
  const faces = decode(bytes);
  if (typeof faces === 'string') return { ok: false, because: 'damaged', detail: faces };
  const named = faces.filter((face) => face.families.length > 0);
  if (named.length === 0) return { ok: false, because: 'nameless', detail: 'no family name' };
  return { ok: true, format, faces: named };
}

/** fontkit throws whatever its readers trip over (RangeError, TypeError): each means the same, the text says which. */
function decode(bytes: Uint8Array): FontFace[] | string {
  try {
    const font = create(bytes);
    return ('fonts' in font ? font.fonts : [font]).map(faceOf);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function faceOf(face: FontkitFace): FontFace {
  const families = namesOf(face, 'fontFamily');
  const os2 = face['OS/2'];
  const mac = face.head?.macStyle;
  const weight = os2?.usWeightClass ?? 0;
  return {
    families: families.length > 0 ? families : namesOf(face, 'preferredFamily'),
    fullNames: namesOf(face, 'fullName'),
    postscriptName: namesOf(face, 'postscriptName')[0] ?? null,
    subfamily: namesOf(face, 'fontSubfamily')[0] ?? null,
    weight: weight >= 100 && weight <= 1000 ? weight : (os2?.fsSelection.bold ?? mac?.bold) === true ? 700 : 400,
    italic: os2?.fsSelection.italic === true || os2?.fsSelection.oblique === true || mac?.italic === true,
    postscriptOutlines: 'CFF ' in face.directory.tables || 'CFF2' in face.directory.tables,
    hasGlyph: glyphLookup(face),
  };
}

/** Every language's name, English first, without repeats. */
function namesOf(face: FontkitFace, key: string): string[] {
  const record = face.name?.records[key] ?? {};
  const entries = Object.entries(record).toSorted(([a], [b]) => Number(b === 'en') - Number(a === 'en'));
  const names = entries.flatMap(([, name]) => (typeof name === 'string' ? [name.replaceAll('\0', '').trim()] : []));
  return [...new Set(names)].filter((name) => name !== '');
}

/**
 * Symbol fonts (cmap platform 3, encoding 0) keep their characters at U+F000 and up; libass adds that, and so does
 * this. fontkit knows only Unicode tables, hence the relabelling. Throws when there is no usable cmap.
 */
function glyphLookup(face: FontkitFace): (codePoint: number) => boolean {
  const tables = face.cmap?.tables ?? [];
  const unicode = tables.some(({ platformID, encodingID }) => platformID === 0 || (platformID === 3 && encodingID > 0));
  const symbols = tables.find(({ platformID, encodingID }) => platformID === 3 && encodingID === 0);
  if (!unicode && symbols !== undefined) {
    symbols.encodingID = 1;
    face.hasGlyphForCodePoint(0xf020);
    return (codePoint) => lookup(face, codePoint < 0x100 ? 0xf000 + codePoint : codePoint) || lookup(face, codePoint);
  }
  face.hasGlyphForCodePoint(0x20);
  return (codePoint) => lookup(face, codePoint);
}

/** A damaged entry of the cmap draws nothing. */
function lookup(face: FontkitFace, codePoint: number): boolean {
  try {
    return face.hasGlyphForCodePoint(codePoint);
  } catch {
    return false;
  }
}
