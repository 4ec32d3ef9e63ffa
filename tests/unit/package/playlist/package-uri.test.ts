import { expect, test } from 'vitest';
import { packageUri, relativePath } from '#main/media/package/playlist/package-uri.ts';

test('a name becomes a URI that resolves to itself', () => {
  for (const path of ['a b/c#d?e%20.vtt', "-x/'(1)!*.ts", 'C:/日本語 & "more".ts', 'http://x/y']) {
    const url = new URL(packageUri(path), 'file:///package/');
    expect(decodeURIComponent(url.pathname)).toBe(`/package/${path}`);
  }
});

test('a path is written from the folder of the playlist', () => {
  expect(relativePath('subtitles/a.m3u8', 'subtitles/a.vtt')).toBe('a.vtt');
  expect(relativePath('film.m3u8', 'video/v.m3u8')).toBe('video/v.m3u8');
  expect(relativePath('video/v.m3u8', 'audio/a.ts')).toBe('../audio/a.ts');
});
