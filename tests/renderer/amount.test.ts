import { describe, expect, test } from 'vitest';
import { amountsIn, localeOf } from '../../src-renderer/components/amounts-in.ts';

/** Languages put narrow and unbreakable spaces between number and unit. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('amounts', () => {
  const en = amountsIn('en');

  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [4_200_000_000, '4.2 GB'],
    [999_960_000, '1 GB'],
    [123_456_000_000, '123 GB'],
    [7e15, '7 PB'],
  ])('%d bytes are %s', (bytes, text) => expect(en.bytes(bytes)).toBe(text));

  test.each([
    [0, '0 sec'],
    [59.6, '1 min'],
    [92, '1 min 32 sec'],
    [5_520, '1 hr 32 min'],
    [93_600, '1 day 2 hr'],
    [3_600, '1 hr'],
  ])('%d seconds last %s', (seconds, text) => expect(en.duration(seconds)).toBe(text));

  test.each([
    [3, '10 sec'],
    [47, '50 sec'],
    [754, '13 min'],
    [5_520, '1 hr 30 min'],
    [30_000, '8 hr'],
  ])('a guess of %d seconds is told as %s', (seconds, text) => expect(en.roughly(seconds)).toBe(text));

  test('only what is done has 100 %', () => {
    expect([0.29, 0.9999, 1].map(en.percent)).toEqual(['29%', '99%', '100%']);
  });

  test.each([
    ['en', ['de-DE', 'en-GB', 'en-US'], 'en-GB'],
    ['en', ['de-DE'], 'en'],
    ['de', ['de'], 'de'],
    ['es', ['en-US', 'es-MX'], 'es-MX'],
  ])('%s in a browser that wants %j is %s', (chosen, wanted, locale) => expect(localeOf(chosen, wanted)).toBe(locale));

  test('hours are those of the country', () => {
    expect(['en-GB', 'en-US'].map((locale) => plain(amountsIn(locale).time('2026-03-09T14:05:00')))).toEqual([
      '14:05',
      '2:05 PM',
    ]);
  });

  test('each language writes them in its own way', () => {
    const now = Date.parse('2026-03-09T14:05:00Z');
    const all = ['de', 'es', 'fr', 'ja'].map((language) => {
      const { bytes, bitrate, count, duration, relative } = amountsIn(language);
      return [bytes(4.2e9), bitrate(2.5e6), count(12_345), duration(5_520), relative('2026-03-09T14:02:00Z', now)].map(
        plain,
      );
    });
    expect(all).toEqual([
      ['4,2 GB', '2,5 Mb/s', '12.345', '1 Std. 32 Min.', 'vor 3 Minuten'],
      ['4,2 GB', '2,5 Mb/s', '12.345', '1 h 32 min', 'hace 3 minutos'],
      ['4,2 Go', '2,5 Mbit/s', '12 345', '1 h 32 min', 'il y a 3 minutes'],
      ['4.2 GB', '2.5 Mb/秒', '12,345', '1 時間 32 分', '3 分前'],
    ]);
  });
});
