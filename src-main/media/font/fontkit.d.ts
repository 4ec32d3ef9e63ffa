/** The part of fontkit 2.0 that this folder uses. It ships no types of its own. */
declare module 'fontkit' {
  /** Text by language; bytes where fontkit doesn't know the encoding. */
  type NameRecord = Record<string, string | Uint8Array>;

  export type FontkitFace = {
    type: string;
    name?: { records: Record<string, NameRecord | undefined> } | undefined;
    'OS/2'?: { usWeightClass: number; fsSelection: { italic: boolean; bold: boolean; oblique?: boolean } } | undefined;
    head?: { macStyle: { bold: boolean; italic: boolean } } | undefined;
    cmap?: { tables: { platformID: number; encodingID: number }[] } | undefined;
    directory: { tables: Record<string, unknown> };
    hasGlyphForCodePoint(codePoint: number): boolean;
  };
  export type FontkitCollection = { fonts: FontkitFace[] };

  /** Throws on data that it can't read. */
  export function create(bytes: Uint8Array): FontkitFace | FontkitCollection;
}
