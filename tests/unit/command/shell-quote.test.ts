import { expect, test } from 'vitest';
import { shellCommand, shellQuote } from '#main/media/command/shell-quote.ts';

test('words that need no quotes get none, so that a command stays readable', () => {
  expect(shellCommand(['/usr/bin/ffmpeg', '-nostdin', '-i', 'file:/films/a.mkv', '-map', '0:v:0'])).toBe(
    '/usr/bin/ffmpeg -nostdin -i file:/films/a.mkv -map 0:v:0',
  );
});

test('everything else is quoted', () => {
  expect(["it's", '', 'a b', '[0:v]null', 'x=1'].map(shellQuote)).toEqual([
    `'it'\\''s'`,
    `''`,
    `'a b'`,
    `'[0:v]null'`,
    `'x=1'`,
  ]);
});

test('a NUL can be in no argument', () => {
  expect(() => shellQuote('a\0b')).toThrow(RangeError);
});
