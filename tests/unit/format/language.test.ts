import { expect, test } from 'vitest';
import { bcp47Of, languageCode, languageName, terminologicCode } from '#shared/format/language.ts';
import { languageRows, lonelyCodes } from '#shared/format/language-table.ts';

test('every code of ISO 639-1 and 639-2 gives the bibliographic code', () => {
  expect(languageRows.length).toBe(185); // 184 of ISO 639-1 as published, and `sh`
  expect(languageRows.filter((row) => row.terminologic !== row.bibliographic).length).toBe(20);
  expect(lonelyCodes.size).toBe(298);
  for (const { alpha2, bibliographic, terminologic } of languageRows) {
    expect([alpha2, bibliographic, terminologic].map(languageCode)).toEqual(Array(3).fill(bibliographic));
    expect(bcp47Of(bibliographic)).toBe(alpha2);
  }
  for (const code of lonelyCodes) expect([languageCode(code), bcp47Of(code)]).toEqual([code, code]);
});

test.each([
  ['de', 'ger'],
  ['DEU', 'ger'],
  [' ger ', 'ger'],
  ['fr', 'fre'],
  ['fra', 'fre'],
  ['zho', 'chi'],
  ['ja', 'jpn'],
  ['en-US', 'eng'],
  ['eng-GB', 'eng'],
  ['pt-BR', 'por'],
  ['pt_BR.UTF-8', 'por'],
  ['zh-Hans', 'chi'],
  ['zh_Hant_TW', 'chi'],
  ['es-419', 'spa'],
  ['sr-Latn-RS', 'srp'],
  ['tl-PH', 'tgl'],
  ['de-x-private', 'ger'],
  ['zh-yue', 'yue'],
  ['zh-cmn-Hans', 'chi'],
  ['cmn', 'chi'],
  ['yue', 'yue'],
  ['arb', 'ara'],
  ['iw', 'heb'],
  ['in', 'ind'],
  ['mol', 'rum'],
  ['scr', 'hrv'],
  ['jp', 'jpn'],
  ['pob', 'por'],
  ['fil', 'fil'],
  ['English', 'eng'],
  ['GERMAN', 'ger'],
  ['Japanese', 'jpn'],
  ['Portuguese (Brazil)', 'por'],
  ['Brazilian Portuguese', 'por'],
  ['Norwegian Bokmål', 'nob'],
  ['Cantonese', 'yue'],
  ['Castilian', 'spa'],
  ['Farsi', 'per'],
  ['Spanish [Latin America]', 'spa'],
  ['Deutsch', 'ger'],
  ['français', 'fre'],
  ['日本語', 'jpn'],
  ['Русский', 'rus'],
  ['Ancient Greek', 'grc'],
])('%s is %s', (text, code) => {
  expect(languageCode(text)).toBe(code);
});

test.each([
  '',
  ' ',
  'und',
  'UND',
  'zxx',
  'mis',
  'mul',
  'qaa',
  'qtz',
  'qad',
  'und-US',
  'mul-x-a',
  'xx',
  'zzz',
  'x',
  '--',
  'e n',
  'eng,ger',
  'x-private',
  'Commentary',
  'Track 2',
  '../eng',
  '<b>',
  'constructor',
  '__proto__',
  'e'.repeat(5000),
  '\u0000',
  'en-',
  'i-klingon',
  'en-yue-cmn-xxx-foo-bar!',
])('%j names no language', (text) => {
  expect(languageCode(text)).toBeNull();
});

test('a language is named in the language of the screen, and by its code where nobody has a name', () => {
  expect(languageName('ger')).toBe('German');
  expect(languageName('ger', 'fr')).toBe('allemand');
  expect(languageName('jpn', 'de')).toBe('Japanisch');
  expect(languageName('fre', 'not a locale!')).toBe('French');
  expect(languageName('nai')).toBe('nai');
  expect(languageName('hbs')).not.toBe('');
});

test('MP4 is told German in its own tongue, and a language with one code as it is', () => {
  expect(['ger', 'fre', 'chi', 'jpn', 'eng'].map(terminologicCode)).toEqual(['deu', 'fra', 'zho', 'jpn', 'eng']);
});
