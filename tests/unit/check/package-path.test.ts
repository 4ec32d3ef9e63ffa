import { expect, test } from 'vitest';
import { resolveUri } from '#main/media/check/package-path.ts';

test.each([
  ['film.m3u8', 'video/v.m3u8', 'video/v.m3u8'],
  ['video/v.m3u8', 's000.ts', 'video/s000.ts'],
  ['video/v.m3u8', '../audio/./a.ts', 'audio/a.ts'],
  ['a.m3u8', 'My%20Film%20%231.m3u8', 'My Film #1.m3u8'],
  ['a.m3u8', 'v.ts?token=1#t=2', 'v.ts'],
  ['a.m3u8', '日本.ts', '日本.ts'],
])('from %s, %s leads to %s', (from, uri, path) => {
  expect(resolveUri(from, uri)).toEqual({ ok: true, path, wellFormed: true });
});

test.each([
  ['http://host/a.ts', 'url'],
  ['//host/a.ts', 'url'],
  ['file:///etc/passwd', 'url'],
  ['data:text/plain,a', 'url'],
  ['C:/a.ts', 'url'],
  ['/a.ts', 'absolute-path'],
  ['\\\\server\\share', 'absolute-path'],
  ['%2Fetc/passwd', 'absolute-path'],
  ['../a.ts', 'outside-package'],
  ['v/../../a.ts', 'outside-package'],
  ['%2e%2e/a.ts', 'outside-package'],
  ['..%2Fa.ts', 'outside-package'],
  ['..%5Ca.ts', 'malformed'],
  ['a%00.ts', 'malformed'],
  ['', 'malformed'],
  ['?a', 'malformed'],
])('%s is not followed', (uri, why) => {
  expect(resolveUri('a.m3u8', uri)).toEqual({ ok: false, why });
});

test('a URI with raw spaces or broken escapes is read as it is, and told', () => {
  expect(resolveUri('a.m3u8', 'My Film.ts')).toEqual({ ok: true, path: 'My Film.ts', wellFormed: false });
  expect(resolveUri('a.m3u8', '100%.ts')).toEqual({ ok: true, path: '100%.ts', wellFormed: false });
});
