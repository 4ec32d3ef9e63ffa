import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { presentationChapters } from '#main/media/package/chapters.ts';
import { chaptersVtt } from '#main/media/package/chapters-vtt.ts';
import { ffmetadata } from '#main/media/package/ffmetadata.ts';
import { thumbnailsVtt } from '#main/media/package/thumbnails-vtt.ts';
import { assCues } from '#main/media/subtitle/ass-cues.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import { repairCues } from '#main/media/subtitle/repair-cues.ts';
import { parseSrt } from '#main/media/subtitle/srt.ts';
import { writeWebVtt } from '#main/media/subtitle/webvtt.ts';
import { z } from 'zod';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { sampleMedia, sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const packets = z.object({
  packets: z.array(z.object({ pts_time: z.string(), duration_time: z.string(), size: z.string() })),
});
const described = z.object({
  format: z.object({ tags: z.record(z.string(), z.string()) }),
  chapters: z.array(z.object({ start_time: z.string(), end_time: z.string(), tags: z.object({ title: z.string() }) })),
});

/** Start and end of each cue as FFmpeg reads them. */
async function timesOf(path: string): Promise<string[]> {
  const { packets: cues } = packets.parse(await ffprobeJson(path, '-show_packets'));
  return cues.map(
    (cue) => `${Number(cue.pts_time)} to ${(Number(cue.pts_time) + Number(cue.duration_time)).toFixed(3)}`,
  );
}

test('FFmpeg reads back every cue of a WebVTT file made from broken SubRip and from ASS', async () => {
  const folder = await temporaryFolder();
  const srt = parseSrt(
    '1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>a --> b</i>\r\n\r\n\r\n<3\r\n\r\n3\r\n00:00:05,5 --> 00:00:04,0\r\nbackward',
  );
  const ass = assCues(
    parseAss('[Events]\nDialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\an8}top\\N\\Nline & {\\b1}bold'),
  );
  const path = join(folder, 'out.vtt');
  await writeFile(path, writeWebVtt({ cues: repairCues([...srt, ...ass.cues]).cues }));
  expect(await timesOf(path)).toEqual(['1 to 2.000', '3 to 4.000', '5.5 to 7.500']);
  const back = await ffmpeg('-i', path, '-f', 'srt', '-');
  expect(parseSrt(back).map(({ payload }) => payload)).toEqual([
    '<i>a --&gt; b</i>\n&lt;3',
    'top\nline &amp; <b>bold</b>',
    'backward',
  ]);
});

test('FFmpeg reads back chapter titles and tags that look like its own marks', async () => {
  const folder = await temporaryFolder();
  const title = 'a=b; #c \\d\\ [CHAPTER] é 😀';
  const chapters = presentationChapters(
    [
      { startSec: 0, endSec: null, title },
      { startSec: 0.5, endSec: 99, title: null },
    ],
    0,
    1,
  );
  const metadata = join(folder, 'meta.txt');
  await writeFile(metadata, ffmetadata({ tags: { title: `x\n;${title}` }, chapters }));
  const film = join(folder, 'film.mkv');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'color=size=64x36:rate=10:duration=1',
    '-i',
    metadata,
    '-map_metadata',
    '1',
    '-preset',
    'ultrafast',
    film,
  );
  const { format, chapters: found } = described.parse(await ffprobeJson(film, '-show_chapters', '-show_format'));
  expect(format.tags['title']).toBe(`x\n;${title}`);
  expect(found.map((chapter) => [Number(chapter.start_time), Number(chapter.end_time), chapter.tags.title])).toEqual([
    [0, 0.5, title],
    [0.5, 1, 'Chapter 2'],
  ]);
});

test('chapters and thumbnail maps are WebVTT that FFmpeg reads', async () => {
  const folder = await temporaryFolder();
  const chapters = join(folder, 'chapters.vtt');
  await writeFile(chapters, chaptersVtt([{ startSec: 0, endSec: 2.5, title: 'a <b> --> c' }]));
  expect(await timesOf(chapters)).toEqual(['0 to 2.500']);
  const map = join(folder, 'thumbs.vtt');
  const tiles = { sheet: 'thumbs_320x180.webp', tileWidth: 320, tileHeight: 180, columns: 2, count: 3, intervalSec: 5 };
  await writeFile(map, thumbnailsVtt({ ...tiles, durationSec: 12.34 }));
  expect(await timesOf(map)).toEqual(['0 to 5.000', '5 to 10.000', '10 to 12.340']);
});

test.runIf(sampleMediaIsThere)('chapters that begin after the end of a real film are left out', async () => {
  const probe = z.object({
    format: z.object({ duration: z.string() }),
    chapters: z.array(
      z.object({ start_time: z.string(), end_time: z.string(), tags: z.object({ title: z.string() }) }),
    ),
  });
  const file = sampleMedia('bbb-vp9-10bit444-6srt-chapters.mkv');
  const { format, chapters } = probe.parse(await ffprobeJson(file, '-show_chapters', '-show_format'));
  const facts = chapters.map((chapter) => ({
    startSec: Number(chapter.start_time),
    endSec: Number(chapter.end_time),
    title: chapter.tags.title,
  }));
  const kept = presentationChapters(facts, 0, Number(format.duration));
  expect([facts.length, kept.length, kept[0]?.endSec]).toEqual([
    4,
    1,
    Math.floor(Number(format.duration) * 1000) / 1000,
  ]);
});
