import { expect, test } from 'vitest';
import { encoderOptions, ffmpegName, partName } from '#shared/model/plain-names.ts';
import { plannedTask, videoRendition } from '#shared/model/plan.ts';
import { assignment, forget } from '#shared/protocol/node.ts';

const elsewhere = ['..', '.', '', '../x', '/etc', 'a/b', 'a\\b', 'C:x', '.hidden', 'a\nb', 'a b', 'x'.repeat(129)];

test.each(elsewhere)('%j is no name of a folder of a job, a task or a rendition', (name) => {
  const names = [
    partName,
    forget.shape.folderKey,
    assignment.shape.folderKey,
    plannedTask.shape.id,
    videoRendition.shape.id,
  ];
  expect(names.map((schema) => schema.safeParse(name).success)).toEqual(names.map(() => false));
});

test.each(['video_1280x720_SDR', 'audio_eng_aac', 'video-0003', '0f'.repeat(16), 'eng.sign_2'])('%s is one', (name) => {
  expect(partName.parse(name)).toBe(name);
});

test.each(['yuv420p,movie=/etc/passwd', '-y', 'a:b', 'a=b', "a'b", 'a b', ''])(
  '%j is no word of a filter or an encoder',
  (word) => {
    const { pixelFormat, preset } = videoRendition.shape;
    expect([ffmpegName, pixelFormat, preset].map((schema) => schema.safeParse(word).success)).toEqual([
      false,
      false,
      false,
    ]);
  },
);

test.each([{ an: '/tmp/x' }, { an: 'file:x' }, { 'vstats_file /x': '1' }, { y: 'a\\b' }])(
  'a server can’t name a place by encoder options: %j',
  (options) => {
    expect(encoderOptions.safeParse(options).success).toBe(false);
  },
);
