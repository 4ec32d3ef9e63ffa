export type FontKind = 'truetype' | 'opentype' | 'collection' | 'woff' | 'woff2';

/** S1 1.3 names the first of each; the rest is what other tools and IANA call them. */
export const fontMimeTypes: Readonly<Record<FontKind, readonly string[]>> = {
  truetype: [
    'application/x-font-truetype',
    'application/x-truetype-font',
    'application/x-font-ttf',
    'font/ttf',
    'font/sfnt',
  ],
  opentype: [
    'application/x-font-opentype',
    'application/vnd.ms-opentype',
    'application/x-font-otf',
    'font/otf',
    'font/sfnt',
  ],
  collection: [
    'application/x-font-collection',
    'application/x-font-truetype',
    'application/x-font-ttf',
    'font/collection',
  ],
  woff: ['font/woff', 'application/font-woff'],
  woff2: ['font/woff2', 'application/font-woff2'],
};

/** By the first four bytes (OpenType 1.9, "Organization of an OpenType Font"). */
export function fontKind(head: Uint8Array): FontKind | null {
  const tag = String.fromCharCode(...head.subarray(0, 4));
  switch (tag) {
    case '\0\u0001\0\0':
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
