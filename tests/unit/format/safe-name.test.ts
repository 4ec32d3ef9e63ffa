import { expect, test } from 'vitest';
import { safeFileName } from '#shared/format/safe-name.ts';

test.each([
  ['My Film (2024) - Part 1', 'My Film (2024) - Part 1'],
  ["It's 100% [1080p] & more; $HOME `x`", "It's 100% [1080p] & more; $HOME `x`"],
  ['Amélie', 'Amélie'],
  ['Ame\u0301lie', 'Amélie'],
  ['日本語のタイトル 😀', '日本語のタイトル 😀'],
  ['a/b\\c', 'a_b_c'],
  ['What? "Yes": <no>|*', 'What_ _Yes__ _no___'],
  ['line\nbreak\ttab\u0000nul\u007f', 'line_break_tab_nul_'],
  ['-rf', '_rf'],
  ['--help', '_-help'],
  ['.hidden', '_hidden'],
  ['.', '_'],
  ['..', '_'],
  ['../../etc/passwd', '_._.._etc_passwd'],
  ['trailing dots...', 'trailing dots'],
  ['trailing space ', 'trailing space'],
  [' . leading', '_ leading'],
  ['', 'untitled'],
  ['   ', 'untitled'],
  ['CON', '_CON'],
  ['con.film', '_con.film'],
  ['Aux .x', '_Aux .x'],
  ['LPT9', '_LPT9'],
  ['COM¹', '_COM¹'],
  ['Console', 'Console'],
  ['COM10', 'COM10'],
  ['gpj.\u202eexe', 'gpj._exe'],
  ['\ufefftitle', 'title'],
  ['\ud800lone', '\ufffdlone'],
  ['\uffff', '_'],
  ['<img src=x onerror=alert(1)>', '_img src=x onerror=alert(1)_'],
])('%j becomes %j', (text, name) => {
  expect(safeFileName(text)).toBe(name);
});

test('a long name is cut to 200 bytes between characters as people see them', () => {
  const family = '👨‍👩‍👧‍👦'; // 25 bytes, one character to a reader
  expect(safeFileName('é'.repeat(300))).toBe('é'.repeat(100));
  expect(safeFileName(`x${'é'.repeat(300)}`)).toBe(`x${'é'.repeat(99)}`);
  expect(safeFileName(`xx${family.repeat(10)}`)).toBe(`xx${family.repeat(7)}`);
  expect(safeFileName(`${'a'.repeat(199)} b`)).toBe('a'.repeat(199));
  expect(safeFileName('abcdef', 3)).toBe('abc');
});

test('a safe name is its own safe name', () => {
  for (const text of [
    'a/b',
    '..',
    'CON',
    '-x',
    'é'.repeat(300),
    '. . .',
    'x. . ',
    '\u202e',
    '_',
    'a'.repeat(198) + '. .b',
    '﻿.x',
  ]) {
    const name = safeFileName(text);
    expect(safeFileName(name)).toBe(name);
  }
});
