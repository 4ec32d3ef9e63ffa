import { expect, test } from 'vitest';
import { presentationChapters } from '#main/media/package/chapters.ts';
import { chaptersVtt } from '#main/media/package/chapters-vtt.ts';
import { ffmetadata } from '#main/media/package/ffmetadata.ts';

function chapter(startSec: number, endSec: number | null, title: string | null) {
  return { startSec, endSec, title };
}

test('ends come from the next start, titles from the count, the last chapter ends with the film', () => {
  const chapters = [chapter(0, null, null), chapter(60, null, 'Act <1> & "more"'), chapter(120, 500, '  ')];
  expect(presentationChapters(chapters, 0, 180.5)).toEqual([
    chapter(0, 60, 'Chapter 1'),
    chapter(60, 120, 'Act <1> & "more"'),
    chapter(120, 180.5, 'Chapter 3'),
  ]);
});

test('chapters outside the film go, those across its ends are cut', () => {
  const chapters = [
    chapter(0, 5, 'before'),
    chapter(5, 15, 'across'),
    chapter(15, 99, 'last'),
    chapter(20, 30, 'at the end'),
    chapter(40, 50, 'after'),
  ];
  expect(presentationChapters(chapters, 10, 10)).toEqual([chapter(0, 5, 'across'), chapter(5, 10, 'last')]);
});

test('overlaps, gaps, backward and unordered chapters', () => {
  const chapters = [
    chapter(20, 10, 'backward'),
    chapter(0, 12, 'long'),
    chapter(10, 15, 'gap after'),
    chapter(30, 40, 'first'),
    chapter(30, 50, 'second'),
  ];
  expect(presentationChapters(chapters, 0, 60)).toEqual([
    chapter(0, 10, 'long'),
    chapter(10, 15, 'gap after'),
    chapter(30, 50, 'second'),
  ]);
  expect(presentationChapters([], 0, 60)).toEqual([]);
});

test('no end is rounded past the film, and titles are one line', () => {
  expect(presentationChapters([chapter(0, null, 'a\r\nb\u0000\u2028c')], 0, 1001 / 30)).toEqual([
    chapter(0, 33.366, 'a b c'),
  ]);
});

test('chapters.vtt escapes what would be markup', () => {
  expect(
    chaptersVtt(
      [chapter(0, 60, 'Act <1> & --> more'), chapter(60, 7261.25, 'Ende')].map((c) => ({
        ...c,
        endSec: c.endSec ?? 0,
        title: c.title ?? '',
      })),
    ),
  ).toBe(
    `WEBVTT

00:00:00.000 --> 00:01:00.000
Act &lt;1&gt; &amp; --&gt; more

00:01:00.000 --> 02:01:01.250
Ende
`,
  );
  expect(chaptersVtt([])).toBe('WEBVTT\n');
});

test("FFmpeg's metadata file escapes its own marks", () => {
  expect(
    ffmetadata({
      tags: { title: 'a=b; #c \\ d\r\ne\u0000f', 'odd=key': 'x' },
      chapters: [{ startSec: 0, endSec: 1.5, title: '[CHAPTER]\nSTART=9' }],
    }),
  ).toBe(`;FFMETADATA1
title=a\\=b\\; \\#c \\\\ d\\
ef
odd\\=key=x
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=[CHAPTER]\\
START\\=9
`);
});
