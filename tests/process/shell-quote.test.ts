import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shellCommand } from '#main/media/command/shell-quote.ts';

const printArgv = fileURLToPath(new URL('./programs/argv.mjs', import.meta.url));

test('a pasted command line gives back the very same arguments', () => {
  const argv = [
    'plain',
    '',
    ' ',
    'two words',
    '-leading',
    '--',
    "it's",
    "'",
    '"',
    '\\',
    '\n',
    'a\nb',
    '\t',
    '$HOME',
    '`id`',
    '$(id)',

    '*',
    '?',
    '[a]',
    '{a,b}',
    '~',
    '~root',
    '#',
    '!',
    '!!',
    '&',
    '|',
    ';',
    '<',
    '>',
    '(',
    ')',
    'a=b',
    '=',
    '🎬',
    'é',
    '\u00a0',
    '[0:v]scale=w=64:h=-2,split=2[a][b]',
    '%05d',
    "''",
    "'\n'",
    '\\n',
    '\r\n',
    'file:/a/b c.mkv',
  ];
  const line = shellCommand([process.execPath, printArgv, ...argv]);
  expect(JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' }))).toEqual(argv);
  expect(JSON.parse(execFileSync('bash', ['-c', line], { encoding: 'utf8' }))).toEqual(argv);
});
