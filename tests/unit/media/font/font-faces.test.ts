import { expect, test } from 'vitest';
import type { FontFace, ReadFont } from '#main/media/font/font-faces.ts';
import { readFont } from '#main/media/font/font-faces.ts';
import { tinyCollection, tinyFont, tinyWoff } from '#tests/helpers/tiny-font.ts';

function facesOf(font: ReadFont): FontFace[] {
  if (!font.ok) throw new Error(`${font.because}: ${font.detail}`);
  return font.faces;
}

const tiny = {
  families: ['Tiny'],
  fullNames: ['Tiny Regular'],
  postscriptName: 'Tiny-Regular',
  subfamily: 'Regular',
  weight: 400,
  italic: false,
  postscriptOutlines: false,
  hasGlyph: expect.any(Function),
};

test('a face tells its names in every language, its cut and its characters', () => {
  const font = readFont(
    tinyFont({
      families: { 0x411: '小さい書体', 0x409: 'Tiny Serif' },
      subfamily: 'Bold Italic',
      weight: 700,
      italic: true,
      characters: 'aé語😀',
    }),
  );
  expect(facesOf(font)).toEqual([
    {
      families: ['Tiny Serif', '小さい書体'],
      fullNames: ['Tiny Serif Bold Italic'],
      postscriptName: 'TinySerif-BoldItalic',
      subfamily: 'Bold Italic',
      weight: 700,
      italic: true,
      postscriptOutlines: false,
      hasGlyph: expect.any(Function),
    },
  ]);
  const [face] = font.ok ? font.faces : [];
  expect(Array.from('aé語😀bX漢👍').filter((c) => face?.hasGlyph(c.codePointAt(0) ?? 0))).toEqual(Array.from('aé語😀'));
});

test('a symbol font answers for plain characters', () => {
  const font = readFont(tinyFont({ symbol: true, characters: 'xy' }));
  const [face] = font.ok ? font.faces : [];
  expect(['x', 'y', 'z', '\uf078'].map((c) => face?.hasGlyph(c.charCodeAt(0)))).toEqual([true, true, false, true]);
});

test('a collection gives all its faces, a WOFF file its one', () => {
  const collection = readFont(tinyCollection({}, { families: { 0x409: 'Other' }, subfamily: 'Bold', weight: 700 }));
  expect(collection).toMatchObject({ ok: true, format: 'collection' });
  expect(facesOf(collection)).toEqual([
    tiny,
    {
      ...tiny,
      families: ['Other'],
      fullNames: ['Other Bold'],
      postscriptName: 'Other-Bold',
      subfamily: 'Bold',
      weight: 700,
    },
  ]);
  const woff = readFont(tinyWoff());
  expect(woff).toMatchObject({ ok: true, format: 'woff' });
  expect(facesOf(woff)).toEqual([tiny]);
});

test('bytes that are no font are told apart from damaged fonts', () => {
  const text = new TextEncoder().encode('<html>404 Not Found</html>');
  expect(readFont(text)).toMatchObject({ ok: false, because: 'not-a-font' });
  expect(readFont(new Uint8Array())).toMatchObject({ ok: false, because: 'not-a-font' });
  expect(readFont(tinyFont({ without: ['cmap'] }))).toEqual({ ok: false, because: 'damaged', detail: 'no table cmap' });
  expect(readFont(tinyFont({ without: ['glyf'] }))).toEqual({ ok: false, because: 'damaged', detail: 'no glyphs' });
  expect(readFont(tinyFont({ families: {} }))).toMatchObject({ ok: false, because: 'nameless' });
});

test('a font cut short anywhere is told as cut short or damaged, never read and never thrown', () => {
  for (const whole of [tinyFont(), tinyCollection({}, {}), tinyWoff()]) {
    for (let length = 4; length < whole.length - 8; length += 1) {
      const font = readFont(whole.subarray(0, length));
      expect(font.ok ? `read at ${length}` : font.because).toMatch(/^(?:cut-short|damaged)$/);
    }
  }
});

test('any flipped byte gives an answer', () => {
  const whole = tinyFont({ characters: 'ABCDEF' });
  for (let at = 0; at < whole.length; at += 1) {
    for (const value of [0, 0x7f, 0xff]) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = value;
      const font = readFont(damaged);
      if (font.ok) for (const face of font.faces) face.hasGlyph(0x41);
    }
  }
});

test('a packed font that claims to unpack to gigabytes is not unpacked', () => {
  const bomb = tinyWoff();
  new DataView(bomb.buffer).setUint32(16, 0xffff_fff0);
  expect(readFont(bomb)).toMatchObject({ ok: false, because: 'damaged', detail: 'unpacks to 4294967280 bytes' });
});
