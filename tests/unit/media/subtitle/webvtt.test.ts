import { expect, test } from 'vitest';
import { parseWebVtt, writeWebVtt } from '#main/media/subtitle/webvtt.ts';
import { parseWebVttTime, webVttTime } from '#main/media/subtitle/webvtt-time.ts';

test('a file is written with points, settings and a blank line between blocks', () => {
  expect(
    writeWebVtt({
      blocks: ['STYLE\n::cue { color: lime }'],
      cues: [
        { startSec: 0, endSec: 1.5, payload: 'one\ntwo', settings: '' },
        { startSec: 3599.9996, endSec: 360_000.25, payload: '<i>three</i> &amp; four', settings: 'line:0 align:left' },
        { startSec: 4, endSec: 5, payload: 'a\n\n00:00:01.000 --> 00:00:02.000\nb', settings: '' },
      ],
    }),
  ).toBe(`WEBVTT

STYLE
::cue { color: lime }

00:00:00.000 --> 00:00:01.500
one
two

01:00:00.000 --> 100:00:00.250 line:0 align:left
<i>three</i> &amp; four

00:00:04.000 --> 00:00:05.000
a
00:00:01.000 --&gt; 00:00:02.000
b
`);
  expect(writeWebVtt({ cues: [] })).toBe('WEBVTT\n');
});

test('what is written is read back the same', () => {
  const document = {
    timestampMap: { mpegTs: 126_000, localSec: 0 },
    blocks: ['STYLE\n::cue(b) { color: red }', 'REGION\nid:fred'],
    cues: [
      { startSec: 1, endSec: 2, payload: 'é <b>漢</b>\n😀', settings: 'line:50%' },
      { startSec: 7200.123, endSec: 7201, payload: '&lt;3', settings: '' },
    ],
  };
  expect(parseWebVtt(writeWebVtt(document))).toEqual({ ...document, faults: [] });
});

test('identifiers, notes, missing hours, byte order marks and any line ends are read', () => {
  const text = [
    '\ufeffWEBVTT - a title',
    '',
    'NOTE',
    'a --> is fine here? no',
    '',
    'NOTE x',
    '',
    '12',
    '00:01.000 --> 00:02.000',
    'a',
    '',
    '',
    'id two',
    '00:00:02.000-->00:00:03.000\tline:0  ',
    'b',
  ];
  for (const lineEnd of ['\n', '\r\n', '\r']) {
    expect(parseWebVtt(text.join(lineEnd))).toEqual({
      timestampMap: null,
      blocks: [],
      cues: [
        { startSec: 1, endSec: 2, payload: 'a', settings: '' },
        { startSec: 2, endSec: 3, payload: 'b', settings: 'line:0' },
      ],
      faults: [{ code: 'bad-time', line: 4 }],
    });
  }
});

test('departures from the standard are told with their lines', () => {
  const faultsOf = (text: string) => parseWebVtt(text).faults.map(({ code, line }) => `${code} ${line}`);
  expect(faultsOf('1\n00:00:01,000 --> 00:00:02,000\na')).toEqual([
    'no-signature 1',
    'no-blank-line-after-header 2',
    'bad-time 2',
  ]);
  expect(faultsOf('WEBVTTX\n\n')).toEqual(['no-signature 1']);
  expect(faultsOf('WEBVTT\nX-TIMESTAMP-MAP=LOCAL:0,MPEGTS:9\n')).toEqual(['bad-timestamp-map 2']);
  expect(faultsOf('WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:8589934592,LOCAL:00:00:00.000\n')).toEqual(['bad-timestamp-map 2']);
  expect(faultsOf('WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n')).toEqual([
    'arrow-in-payload 5',
  ]);
  expect(faultsOf('')).toEqual(['no-signature 1']);
});

test('both orders of a timestamp map are read', () => {
  const map = (line: string) => parseWebVtt(`WEBVTT\n${line}\n\n`).timestampMap;
  expect(map('X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000')).toEqual({ mpegTs: 126_000, localSec: 0 });
  expect(map('X-TIMESTAMP-MAP=LOCAL:00:01.000,MPEGTS:900000')).toEqual({ mpegTs: 900_000, localSec: 1 });
});

test('times are strict', () => {
  expect(
    ['00:00.000', '59:59.999', '100:00:00.000', '0:00:00.000', '00:60.000', '00:00,000', '00:00.00', '1.000', ''].map(
      parseWebVttTime,
    ),
  ).toEqual([0, 3599.999, 360_000, null, null, null, null, null, null]);
  expect([0, 0.0004, 59.9996, 86_399.999].map(webVttTime)).toEqual([
    '00:00:00.000',
    '00:00:00.000',
    '00:01:00.000',
    '23:59:59.999',
  ]);
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => webVttTime(wrong)).toThrow(RangeError);
});
