/** What a font file is by its first four bytes; names and MIME types in containers are often wrong. */
export type FontFormat = 'truetype' | 'opentype' | 'collection' | 'woff' | 'woff2';

export type FontFormatNames = {
  /** S1 1.3's types for `fonts.json` where it has one, else RFC 8081's. */
  mimeType: string;
  /** RFC 8081, which Matroska asks for in attachments. */
  attachmentMimeType: string;
  /** The first is given to files that carry none of them. */
  extensions: readonly [string, ...string[]];
};

export const fontFormatNames: Readonly<Record<FontFormat, FontFormatNames>> = {
  truetype: {
    mimeType: 'application/x-font-truetype',
    attachmentMimeType: 'font/ttf',
    extensions: ['ttf', 'otf'], // OpenType fonts with TrueType outlines may be called either
  },
  opentype: { mimeType: 'application/x-font-opentype', attachmentMimeType: 'font/otf', extensions: ['otf'] },
  collection: { mimeType: 'font/collection', attachmentMimeType: 'font/collection', extensions: ['ttc', 'otc'] },
  woff: { mimeType: 'font/woff', attachmentMimeType: 'font/woff', extensions: ['woff'] },
  woff2: { mimeType: 'font/woff2', attachmentMimeType: 'font/woff2', extensions: ['woff2'] },
};

/** The format by the first four bytes, whatever the file is called; null when they are no font's. */
export function fontFormat(bytes: Uint8Array): FontFormat | null {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  switch (magic) {
    case '\u0000\u0001\u0000\u0000':
    case 'true':
      return 'truetype';
    case 'OTTO':
      return 'opentype';
    case 'ttcf':
      return 'collection';
    case 'wOFF':
      return 'woff';
    case 'wOF2':
      return 'woff2';
    default:
      return null;
  }
}
