import { expect, test } from 'vitest';
import type { FontAttachment } from '#main/media/font/font-files.ts';
import { fontFiles } from '#main/media/font/font-files.ts';
import { fontsManifest } from '#main/media/package/fonts-manifest.ts';
import { tinyCollection, tinyFont, tinyWoff } from '#tests/helpers/tiny-font.ts';

let hashes = 0;
function attachment(fileName: string | null, bytes = tinyFont(), sha256 = `hash${++hashes}`): FontAttachment {
  return { index: hashes, fileName, bytes, sha256 };
}

function namesOf(...fileNames: (string | null)[]): string[] {
  return fontFiles(fileNames.map((name) => attachment(name))).files.map(({ file }) => file);
}

test('the manifest is what S1 1.3 shows, typed by what the bytes are', () => {
  const opentype = tinyFont();
  opentype.set(new TextEncoder().encode('OTTO'));
  const { files } = fontFiles([
    attachment('Arial.ttf'),
    attachment('NotoSansJapanese.ttf', opentype),
    attachment('msgothic.ttf', tinyCollection({}, {})),
    attachment('web.font', tinyWoff()),
  ]);
  expect(fontsManifest(files)).toBe(`[
  {
    "file": "fonts/Arial.ttf",
    "mimeType": "application/x-font-truetype"
  },
  {
    "file": "fonts/NotoSansJapanese.otf",
    "mimeType": "application/x-font-opentype"
  },
  {
    "file": "fonts/msgothic.ttc",
    "mimeType": "font/collection"
  },
  {
    "file": "fonts/web.font.woff",
    "mimeType": "font/woff"
  }
]
`);
  expect(fontsManifest([])).toBe('[]\n');
});

test('names that look like paths, markup, options or devices become plain names', () => {
  expect(
    namesOf(
      '../../etc/passwd.ttf',
      'C:\\Windows\\Fonts\\arial.ttf',
      '/',
      '..',
      '',
      null,
      '-rf.ttf',
      'CON.ttf',
      '<script>alert(1)</script>.ttf',
      'a\nb\u0000c.ttf',
      'ＭＳ ゴシック.TTF',
      '.ttf',
      'Font v1.02',
      `${'é'.repeat(300)}.ttf`,
    ),
  ).toEqual([
    'fonts/passwd.ttf',
    'fonts/arial.ttf',
    'fonts/font.ttf',
    'fonts/_.ttf',
    'fonts/font_2.ttf',
    'fonts/font_3.ttf',
    'fonts/_rf.ttf',
    'fonts/_CON.ttf',
    'fonts/script_.ttf',
    'fonts/a_b_c.ttf',
    'fonts/ＭＳ ゴシック.ttf',
    'fonts/font_4.ttf',
    'fonts/Font v1.02.ttf',
    `fonts/${'é'.repeat(75)}.ttf`,
  ]);
});

test('the same bytes are one file, the same name with other bytes is numbered in any letter case', () => {
  const { files, left, findings } = fontFiles([
    { index: 4, fileName: 'Arial.ttf', bytes: tinyFont(), sha256: 'aa' },
    { index: 5, fileName: 'arial copy.ttf', bytes: tinyFont(), sha256: 'aa' },
    { index: 6, fileName: 'ARIAL.TTF', bytes: tinyFont({ characters: 'X' }), sha256: 'bb' },
  ]);
  expect(files.map(({ file, index }) => [file, index])).toEqual([
    ['fonts/Arial.ttf', 4],
    ['fonts/ARIAL_2.ttf', 6],
  ]);
  expect(left).toEqual([{ index: 5, because: 'duplicate', file: 'fonts/Arial.ttf' }]);
  expect(findings).toEqual([]);
});

test('a broken font stays out and is told, and its name is free for a whole one', () => {
  const { files, left, findings } = fontFiles([
    { index: 3, fileName: 'Arial.ttf', bytes: tinyFont().subarray(0, 300), sha256: 'aa' },
    { index: 4, fileName: 'Arial.ttf', bytes: tinyFont(), sha256: 'bb' },
    { index: 5, fileName: 'readme\n.ttf', bytes: new TextEncoder().encode('hello'), sha256: 'cc' },
  ]);
  expect(files.map(({ file }) => file)).toEqual(['fonts/Arial.ttf']);
  expect(left).toEqual([
    { index: 3, because: 'broken', file: null },
    { index: 5, because: 'broken', file: null },
  ]);
  expect(findings).toEqual([
    {
      code: 'font-broken',
      severity: 'warning',
      message: expect.stringMatching(
        /^"Arial\.ttf" is left out: it ends too early \(table \S+ ends \d+ bytes after the file\)$/,
      ),
      where: 'stream 3',
    },
    {
      code: 'font-broken',
      severity: 'warning',
      message: '"readme\\n.ttf" is left out: it is not a font (the first bytes are no font)',
      where: 'stream 5',
    },
  ]);
});
