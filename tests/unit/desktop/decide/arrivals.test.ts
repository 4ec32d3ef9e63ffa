import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { destinationOf, readCommandLine } from '#main/desktop/decide/arrivals.ts';
import { readDeepLink } from '#main/desktop/decide/deep-link.ts';

const typed = (...words: string[]) =>
  readCommandLine({ argv: ['/opt/Encrew/encrew', ...words], cwd: '/films', isPackaged: true, ways: posix });

test('a command line names films by their place in the folder where it was typed', () => {
  expect(typed('a.mkv', '/other/b.mkv', 'file:///tmp/My%20Film.mkv', 'a.mkv')).toEqual({
    paths: ['/films/a.mkv', '/other/b.mkv', '/tmp/My Film.mkv'],
    link: null,
    isHidden: false,
  });
});

test('words for Chromium are passed over, a file after -- is none of them', () => {
  expect(typed('--no-sandbox', '--hidden', '--', '--hidden', '-x.mkv')).toEqual({
    paths: ['/films/--hidden', '/films/-x.mkv'],
    link: null,
    isHidden: true,
  });
});

test('from a checkout the first word is the app itself, also behind the words of a tool', () => {
  const argv = ['/node_modules/electron/dist/electron', '--inspect=0', '.', 'a.mkv'];
  expect(readCommandLine({ argv, cwd: '/films', isPackaged: false, ways: posix }).paths).toEqual(['/films/a.mkv']);
});

test('a link leads to its screen, films to the Add screen', () => {
  expect([
    destinationOf(typed()),
    destinationOf(typed('encrew://jobs/j-1')),
    destinationOf(typed('encrew://add?path=/films/a.mkv')),
    destinationOf(typed('a.mkv', 'encrew://queue')),
    destinationOf(typed('encrew://elsewhere')),
  ]).toEqual([null, '/jobs/j-1', '/add', '/add', null]);
});

test.each([
  ['encrew://', '/'],
  ['encrew://home', '/'],
  ['encrew://queue/', '/queue'],
  ['ENCREW://queue', '/queue'],
  ['encrew://crew/local', '/crew/local'],
  ['encrew://settings/this-computer', '/settings/this-computer'],
  ['encrew://add', '/add'],
])('%s opens %s', (link, to) => {
  expect(readDeepLink(link, posix)).toEqual({ kind: 'link', to, paths: [] });
});

test('a link may name films for the Add screen', () => {
  expect(readDeepLink('encrew://add?path=%2Ffilms%2Fa.mkv&path=/b', posix)).toEqual({
    kind: 'link',
    to: '/add',
    paths: ['/films/a.mkv', '/b'],
  });
});

test.each([
  ['of another scheme', 'https://queue'],
  ['to a screen that is not', 'encrew://api/v1/jobs'],
  ['that climbs', 'encrew://jobs/..%2F..%2Fsettings'],
  ['with more than a screen', 'encrew://jobs/a/b'],
  ['with an id that is none', 'encrew://jobs/a%22b'],
  ['without the id', 'encrew://jobs'],
  ['with a name and password', 'encrew://me:secret@queue'],
  ['with a port', 'encrew://queue:80'],
  ['with a question that is not', 'encrew://add?run=1'],
  ['with films for another screen', 'encrew://queue?path=/a'],
  ['with a path from nowhere', 'encrew://add?path=a.mkv'],
  ['with a share of Windows, which would sign in there', 'encrew://add?path=%5C%5Cevil%5Cshare'],
  ['with a share in slashes', 'encrew://add?path=//evil/share'],
  ['with a NUL', 'encrew://add?path=/a%00b'],
  ['without end', `encrew://add?path=/${'a'.repeat(9_000)}`],
  ['of a thousand films', `encrew://add?${'path=/a&'.repeat(1_000)}`],
])('a link %s means nothing', (_what, link) => {
  expect(readDeepLink(link, posix)).toBeNull();
});

test('Windows has its own paths', () => {
  const argv = ['C:\\Encrew\\Encrew.exe', 'a.mkv', 'encrew://add?path=D%3A%5Cb.mkv'];
  expect(readCommandLine({ argv, cwd: 'C:\\films', isPackaged: true, ways: win32 }).paths).toEqual([
    'C:\\films\\a.mkv',
    'D:\\b.mkv',
  ]);
});
