import type { FontFormat } from '../../font/font-format.ts';

/** S1 1.3 names the first of each; the rest is what other tools and IANA call them. */
export const acceptedFontMimeTypes: Readonly<Record<FontFormat, readonly string[]>> = {
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
