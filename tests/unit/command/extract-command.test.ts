import { expect, test } from 'vitest';
import { extractCommands } from '#main/media/command/extract-command.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { FfmpegStep } from '#main/media/command/ffmpeg-step.ts';
import { aFacts, aFont, aSubtitle } from '#tests/helpers/a-facts.ts';
import { aProfile, planOf } from '#tests/helpers/a-plan.ts';
import { argvText } from '#tests/helpers/argv-text.ts';

const source = "/films/it's 100%.mkv";
const extract = (plan: EncodePlan): FfmpegStep[] => extractCommands(plan, source, 'extract.partial');

test('text subtitles and fonts are taken out in one run, each in its own form', () => {
  const subtitles = [
    aSubtitle({ index: 2 }),
    aSubtitle({ index: 3, codec: 'ass' }),
    aSubtitle({ index: 4, codec: 'mov_text' }),
    aSubtitle({ index: 5, codec: 'webvtt' }),
  ];
  const [step, ...more] = extract(planOf(aFacts({ subtitles, attachments: [aFont(6)] }), aProfile()));
  expect(more).toEqual([]);
  expect(argvText(step?.args ?? [])).toMatchInlineSnapshot(`
    "<common>
    -dump_attachment:6 extract.partial/attachments/6.bin
    <source>
    -i "file:/films/it's 100%.mkv"
    -map 0:2
    -c:s copy
    <bare>
    -f srt extract.partial/subtitles/2.srt
    -map 0:3
    -c:s copy
    <bare>
    -f ass extract.partial/subtitles/3.ass
    -map 0:4
    -c:s srt
    <bare>
    -f srt extract.partial/subtitles/4.srt
    -map 0:5
    -c:s copy
    <bare>
    -f webvtt extract.partial/subtitles/5.vtt"
  `);
  expect({ ...step, args: [] }).toEqual({
    args: [],
    folders: ['extract.partial', 'extract.partial/subtitles', 'extract.partial/attachments'],
    makes: [
      'extract.partial/subtitles/2.srt',
      'extract.partial/subtitles/3.ass',
      'extract.partial/subtitles/4.srt',
      'extract.partial/subtitles/5.vtt',
      'extract.partial/attachments/6.bin',
    ],
    frames: null,
    durationSec: 100,
  });
});

test('fonts alone need an output that makes nothing', () => {
  const facts = aFacts({ attachments: [aFont(6)] });
  const [step] = extract(planOf(facts, aProfile({ container: 'mkv' })));
  expect(argvText(step?.args ?? [])).toMatchInlineSnapshot(`
    "<common>
    -dump_attachment:6 extract.partial/attachments/6.bin
    <source>
    -i "file:/films/it's 100%.mkv"
    -map 0:0
    -c copy
    -frames:v 1
    -f null -"
  `);
});

test('what is no readable text stays in the source: pictures, and text that FFmpeg has no decoder for', () => {
  const subtitles = [
    aSubtitle({ index: 2, codec: 'hdmv_pgs_subtitle', form: 'image' }),
    aSubtitle({ index: 3, codec: 'hdmv_text_subtitle' }),
  ];
  const plan = planOf(aFacts({ subtitles }), aProfile({ container: 'mkv' }));
  expect(plan.subtitles.map(({ streamIndex, mux }) => [streamIndex, mux])).toEqual([
    [2, 'copy'],
    [3, 'copy'],
  ]);
  expect(extract(plan)).toEqual([]);
});

test('a text that is drawn into the picture is made a script, whatever it was', () => {
  const plan = planOf(aFacts({ subtitles: [aSubtitle()] }), aProfile({ subtitles: { burnIn: 'first' } }));
  expect(extract(plan)[0]?.makes).toEqual(['extract.partial/subtitles/2.ass']);
});

test('nothing to take out is no run', () => {
  expect(extract(planOf(aFacts(), aProfile()))).toEqual([]);
});
