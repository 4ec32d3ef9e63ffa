import { expect, test } from 'vitest';
import { assCues } from '#main/media/subtitle/ass-cues.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import { repairCues } from '#main/media/subtitle/repair-cues.ts';

const head = `[Script Info]
PlayResY: 720
WrapStyle: 0
[V4+ Styles]
Format: Name, Fontname, Bold, Italic, Alignment
Style: Default,Arial,0,0,2
Style: Thoughts,Arial,0,-1,2
Style: Heavy,Arial,-1,0,2
Style: Top,Arial,0,0,8
[Events]
Format: Layer, Start, End, Style, Text
`;

function convert(...events: string[]) {
  return assCues(parseAss(head + events.map((event) => `Dialogue: 0,${event}`).join('\n')));
}

function cueOf(text: string, style = 'Default') {
  return convert(`0:00:01.00,0:00:02.00,${style},${text}`).cues.map(({ payload, settings }) => [payload, settings])[0];
}

test.each([
  ['plain\\Ntwo lines', 'Default', 'plain\ntwo lines', ''],
  ['soft\\nbreak and\\hhard space', 'Default', 'soft break and\u00a0hard space', ''],
  ['{\\i1}it{\\i0} {\\b1}bo{\\b0}{\\u1}un', 'Default', '<i>it</i> <b>bo</b><u>un</u>', ''],
  ['{\\i1\\b1}both', 'Default', '<i><b>both</b></i>', ''],
  ['a{\\i1} b {\\i0}c', 'Default', 'a <i>b</i> c', ''],
  ['all italic', 'Thoughts', '<i>all italic</i>', ''],
  ['not {\\i0}now', 'Thoughts', '<i>not</i> now', ''],
  ['bold says nothing here', 'Heavy', 'bold says nothing here', ''],
  ['up', 'Top', 'up', 'line:0'],
  ['{\\an7}corner', 'Default', 'corner', 'line:0 align:left'],
  ['{\\an3}right', 'Default', 'right', 'align:right'],
  ['{\\a6}old top', 'Default', 'old top', 'line:0'],
  ['{\\an5}{\\an8}first one counts', 'Default', 'first one counts', 'line:50%'],
  ['{\\pos(640,30)}placed', 'Default', 'placed', 'line:0'],
  ['{\\an8\\move(1,700,2,0)}placed', 'Default', 'placed', ''],
  ['{\\fad(1,1)\\t(\\fscx200)\\c&H00FF00&\\k20}ka{\\k30}ra', 'Default', 'kara', ''],
  ['1 < 2 & <b>no tag</b>', 'Default', '1 &lt; 2 &amp; &lt;b&gt;no tag&lt;/b&gt;', ''],
  ['{\\p1}m 0 0 l 1 1{\\p0}shape and words', 'Default', 'shape and words', ''],
])('%s in %s becomes %s', (text, style, payload, settings) => {
  expect(cueOf(text, style)).toEqual([payload, settings]);
});

test('shapes, comments and events of no length give no cue and are counted', () => {
  expect(
    convert(
      '0:00:01.00,0:00:02.00,Default,{\\p1}m 0 0 l 1 1',
      '0:00:01.00,0:00:02.00,Default,{comment}\\h\\N',
      '0:00:01.00,0:00:01.00,Default,never',
    ),
  ).toEqual({
    cues: [],
    withoutText: 2,
    neverShown: 1,
  });
});

test('the layers of a sign become one cue', () => {
  const layers = ['{\\bord4\\blur3}SHOP', '{\\c&HFFFFFF&}SHOP', 'SHOP'].map(
    (text) => `0:00:01.00,0:00:02.00,Top,${text}`,
  );
  expect(repairCues(convert(...layers).cues).cues).toEqual([
    { startSec: 1, endSec: 2, payload: 'SHOP', settings: 'line:0' },
  ]);
});
