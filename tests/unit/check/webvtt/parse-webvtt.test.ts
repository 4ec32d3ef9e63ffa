import { expect, test } from 'vitest';
import { parseWebVtt } from '#main/media/check/webvtt/parse-webvtt.ts';

test('cues with settings, identifiers, notes and hours are read with their lines', () => {
  const text = [
    'WEBVTT - a title',
    'X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:01.000',
    '',
    'NOTE nothing',
    '',
    'first',
    '00:01.000 --> 00:02.500 align:start',
    'Two',
    'lines',
    '',
    '100:00:00.000 --> 100:00:01.000',
    'Late',
  ].join('\r\n');
  expect(parseWebVtt(text)).toEqual({
    cues: [
      { line: 7, startSec: 1, endSec: 2.5, text: 'Two\nlines' },
      { line: 11, startSec: 360_000, endSec: 360_001, text: 'Late' },
    ],
    faults: [],
    timestampMapSec: 9,
  });
});

test.each([
  ['no signature', '\n00:01.000 --> 00:02.000\na', '1 does not begin with WEBVTT'],
  ['commas', 'WEBVTT\n\n00:01,000 --> 00:02,000\na', '3 "00:01,000 --> 00:02,000" is no cue time'],
  ['61 seconds', 'WEBVTT\n\n00:61.000 --> 00:62.000\na', '3 "00:61.000 --> 00:62.000" is no cue time'],
  ['an end before the start', 'WEBVTT\n\n00:02.000 --> 00:01.000\na', '3 a cue that ends before it starts'],
  ['no empty line', 'WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb', '3 an empty line is missing'],
  ['disorder', 'WEBVTT\n\n00:03.000 --> 00:04.000\na\n\n00:01.000 --> 00:02.000\nb', '6 a cue that starts before'],
  ['half a map', 'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000\n', '2 X-TIMESTAMP-MAP'],
])('%s', (_name, text, fault) => {
  const [first] = parseWebVtt(text).faults;
  expect(`${first?.line} ${first?.message}`.startsWith(fault)).toBe(true);
});
