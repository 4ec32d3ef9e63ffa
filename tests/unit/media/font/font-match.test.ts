import { expect, test } from 'vitest';
import { readFont } from '#main/media/font/font-faces.ts';
import type { FontSource } from '#main/media/font/font-match.ts';
import { fontFindings, matchFonts } from '#main/media/font/font-match.ts';
import { usedFaces } from '#main/media/subtitle/ass.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import type { TinyFont } from '#tests/helpers/tiny-font.ts';
import { tinyFont } from '#tests/helpers/tiny-font.ts';

function source(file: string, font: TinyFont): FontSource {
  const read = readFont(tinyFont(font));
  if (!read.ok) throw new Error(read.detail);
  return { file, faces: read.faces };
}

function report(events: readonly string[], fonts: readonly FontSource[]) {
  const script = ['[V4+ Styles]', 'Format: Name, Fontname, Bold, Italic', 'Style: Default,Tiny,0,0', '[Events]'];
  const lines = events.map((text) => `Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,${text}`);
  return matchFonts(usedFaces(parseAss([...script, ...lines].join('\n'))), fonts);
}

function summary(events: readonly string[], fonts: readonly FontSource[]) {
  const { matches, unusedFiles } = report(events, fonts);
  return {
    matches: matches.map(({ used, file, synthesised, missingGlyphs }) => [
      used.family,
      file,
      synthesised,
      missingGlyphs,
    ]),
    unusedFiles,
  };
}

const regular = source('fonts/tiny.ttf', {});
const bold = source('fonts/tiny-bold.ttf', { subfamily: 'Bold', weight: 700, characters: 'ABCD' });
const other = source('fonts/other.ttf', { families: { 0x409: 'Other', 0x411: '別の書体' } });

test('a face is found by family in any language and letter case, the nearest cut first', () => {
  expect(summary(['A{\\b1}B{\\fnOTHER\\b0}C{\\fn別の書体}A'], [other, regular, bold])).toEqual({
    matches: [
      ['Tiny', 'fonts/tiny.ttf', [], []],
      ['Tiny', 'fonts/tiny-bold.ttf', [], []],
      ['OTHER', 'fonts/other.ttf', [], []],
      ['別の書体', 'fonts/other.ttf', [], []],
    ],
    unusedFiles: [],
  });
});

test('a full name finds a TrueType face and a PostScript name does not', () => {
  const fonts = [
    source('fonts/serif.ttf', { families: { 0x409: 'Serif' }, fullName: 'Serif Heavy', postscriptName: 'SerifHv' }),
  ];
  expect(summary(['{\\fnserif heavy}A', '{\\fnSerifHv}A'], fonts).matches).toEqual([
    ['serif heavy', 'fonts/serif.ttf', [], []],
    ['SerifHv', null, [], []],
  ]);
});

test('bold and italic that the file lacks are told as made up', () => {
  expect(summary(['{\\b1\\i1}A'], [regular]).matches).toEqual([['Tiny', 'fonts/tiny.ttf', ['bold', 'italic'], []]]);
});

test('a glyph counts as there when any cut of the family has it', () => {
  expect(summary(['ABCD', 'E\\hD', '{\\fnOther}D'], [regular, bold, other]).matches).toEqual([
    ['Tiny', 'fonts/tiny.ttf', [], [{ character: 'E', lines: [6] }]],
    ['Other', 'fonts/other.ttf', [], [{ character: 'D', lines: [7] }]],
  ]);
});

test('what is missing becomes warnings that name face and lines', () => {
  const events = ['{\\fnGone}A', '{\\fngone\\b1}B{\\r}A é', '{\\fnOther}Ωж\u0301'];
  expect(fontFindings(report(events, [regular, other]), 'eng.full')).toEqual([
    {
      code: 'font-missing',
      severity: 'warning',
      message: 'No font called "Gone" came with the film (regular, bold); used on lines 5, 6',
      where: 'eng.full',
    },
    {
      code: 'font-glyph-missing',
      severity: 'warning',
      message: 'Tiny (regular) in fonts/tiny.ttf has no é (U+00E9); used on line 6',
      where: 'eng.full',
    },
    {
      code: 'font-glyph-missing',
      severity: 'warning',
      message: 'Other (regular) in fonts/other.ttf has no Ω (U+03A9) ж (U+0436) U+0301; used on line 7',
      where: 'eng.full',
    },
  ]);
});

test('long lists are cut', () => {
  const events = Array.from({ length: 30 }, (_, i) => String.fromCharCode(0x3b1 + (i % 20)));
  const [finding] = fontFindings(report(events, [regular]), 'x');
  expect(finding?.message).toMatch(/ and 4 more; used on lines 5, 6, 7, 8, 9, 10, 11, 12 and 22 more$/);
  const [missing] = fontFindings(report(events, []), 'x');
  expect(missing?.message).toBe(
    'No font called "Tiny" came with the film (regular); used on lines 5, 6, 7, 8, 9, 10, 11, 12 and 22 more',
  );
});

test('fonts that nothing draws with are listed', () => {
  expect(summary(['A'], [regular, other, bold]).unusedFiles).toEqual(['fonts/other.ttf', 'fonts/tiny-bold.ttf']);
});
