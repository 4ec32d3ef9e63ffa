import { expect, test } from 'vitest';
import { parseSrt, srtPayload } from '#main/media/subtitle/srt.ts';

const good = `1
00:00:01,000 --> 00:00:02,500
Hello <i>you</i>

2
00:00:03,000 --> 00:00:04,000
- one
- two
`;
const goodCues = [
  { startSec: 1, endSec: 2.5, payload: 'Hello <i>you</i>', settings: '' },
  { startSec: 3, endSec: 4, payload: '- one\n- two', settings: '' },
];

test('an ordinary file is read, whatever its line ends and byte order mark', () => {
  expect(parseSrt(good)).toEqual(goodCues);
  expect(parseSrt(`\ufeff${good.replaceAll('\n', '\r\n')}`)).toEqual(goodCues);
  expect(parseSrt(good.replaceAll('\n', '\r'))).toEqual(goodCues);
  expect(parseSrt(good.trimEnd())).toEqual(goodCues);
});

test('numbers may be missing, wrong or dialogue', () => {
  const text = `00:00:01,000 --> 00:00:02,000
no number above

7
00:00:03,000 --> 00:00:04,000
42

00:00:05,000 --> 00:00:06,000
1984
was a year
0
00:00:07,000 --> 00:00:08,000

99
00:00:09,000 --> 00:00:10,000
99`;
  expect(parseSrt(text).map(({ startSec, payload }) => [startSec, payload])).toEqual([
    [1, 'no number above'],
    [3, '42'],
    [5, '1984\nwas a year\n0'],
    [7, ''],
    [9, '99'],
  ]);
});

test('a blank line in a text does not end it', () => {
  expect(parseSrt('1\n00:00:01,000 --> 00:00:02,000\nup\n\ndown\n\n2\n00:00:03,000 --> 00:00:04,000\nnext')).toEqual([
    { startSec: 1, endSec: 2, payload: 'up\n\ndown', settings: '' },
    { startSec: 3, endSec: 4, payload: 'next', settings: '' },
  ]);
});

test.each([
  ['0:0:1.5 -> 0:0:2', 1.5, 2],
  ['00:01,250-->00:02,000', 1.25, 2],
  ['00:00:01,000 --> 00:00:02,000  X1:100 X2:200 Y1:1 Y2:2', 1, 2],
  ['-00:00:01,000 --> 00:00:02,000', -1, 2],
  ['00:00:05,000 --> 00:00:02,000', 5, 2],
  ['100:00:00,000 --> 100:00:01,000', 360_000, 360_001],
  ['  00:00:01:500 --> 00:00:02:000', 1.5, 2],
])('the times of %s are read', (line, startSec, endSec) => {
  expect(parseSrt(`1\n${line}\nx`)).toEqual([{ startSec, endSec, payload: 'x', settings: '' }]);
});

test('what has no time line has no cues', () => {
  for (const text of ['', 'hello', '1\n2\n3', '--> -->', 'aa:bb:cc,ddd --> 00:00:02,000', '\u0000\u0001'])
    expect(parseSrt(text)).toEqual([]);
});

test.each([
  ['<font color="#ff0000">red</font> <B>bold</B>', 'red <b>bold</b>', ''],
  ['<i>never closed', '<i>never closed</i>', ''],
  ['never opened</i>', 'never opened', ''],
  ['<i><b>crossed</i></b>', '<i><b>crossed</b></i>', ''],
  ['<em>a</em><strong>b</strong><s>c</s>', '<i>a</i><b>b</b>c', ''],
  ['one<br/>two<BR>three', 'one\ntwo\nthree', ''],
  ['I <3 you & a < b > c', 'I &lt;3 you &amp; a &lt; b &gt; c', ''],
  ['Tom &amp; Jerry &#233; &nope;', 'Tom &amp; Jerry &#233; &amp;nope;', ''],
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;', ''],
  ['a --> b', 'a --&gt; b', ''],
  ['{\\an8}up', 'up', 'line:0'],
  ['{\\an4\\i1}left', 'left', 'line:50% align:left'],
  ['{y:i}MicroDVD', 'MicroDVD', ''],
  ['{plain braces}', '{plain braces}', ''],
  ['<v Roger>Hi', 'Hi', ''],
])('%s becomes %s', (text, payload, settings) => {
  expect(srtPayload(text)).toEqual({ payload, settings });
});
