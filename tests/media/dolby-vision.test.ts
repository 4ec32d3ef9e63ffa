import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificate } from '#shared/model/certificate.ts';
import { encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { withDolbyVision } from '#tests/helpers/dolby-vision.ts';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let folder = '';

beforeAll(async () => {
  folder = await newFolder();
  const colours = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
  const params =
    'log-level=error:hdr10=1:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)';
  const hdr10 = [
    '-pix_fmt',
    'yuv420p10le',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    ...colours,
    '-x265-params',
    params,
  ];
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x180:r=24:d=1',
    ...hdr10,
    '-tag:v',
    'hvc1',
    join(folder, 'hdr10.mp4'),
  );
  for (const [name, profile, compatibilityId] of [
    ['profile 8.mp4', 8, 1],
    ['profile 5.mp4', 5, 0],
  ] as const) {
    await withDolbyVision(join(folder, 'hdr10.mp4'), join(folder, name), { profile, compatibilityId });
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function encode(name: string) {
  const out = await temporaryFolder();
  const options = ['--profile', 'hls-hevc-hdr', '--out', out, '--data', await temporaryFolder(), '--json'];
  return { out, ...(await encrew(['encode', join(folder, name), ...options], folder)) };
}

test('FFmpeg reads the films as Dolby Vision', async () => {
  for (const profile of [5, 8]) {
    const answer = JSON.stringify(await ffprobeJson(join(folder, `profile ${profile}.mp4`), '-show_streams'));
    expect(answer).toContain(`"dv_profile":${profile}`);
  }
});

test('profile 8 is encoded from its HDR10 base, keeps its static metadata, and says so', async () => {
  const { code, results, stderr, out } = await encode('profile 8.mp4');
  expect([code, results[0]?.state, results[0]?.error]).toEqual([0, 'completed', null]);
  expect(stderr).toContain('Dolby Vision profile 8 is encoded from its HDR10 base layer');
  const path = join(out, 'profile 8', 'profile 8.encrew.json');
  const { plan } = certificate.parse(JSON.parse(await readFile(path, 'utf8')));
  expect(JSON.stringify(plan)).toContain('dolby-vision-base-layer');
  const hdr = join(out, 'profile 8', 'video_320x180', 'video_320x180.m3u8');
  const frames = JSON.stringify(await ffprobeJson(hdr, '-show_frames', '-read_intervals', '%+#1'));
  expect(frames).toContain('"color_transfer":"smpte2084"');
  expect(frames).toContain('"max_content":1000');
  expect(frames).not.toContain('Dolby');
});

test('profile 5, which has no base that looks right, is refused in one line', async () => {
  const { code, results, stderr, out } = await encode('profile 5.mp4');
  expect([code, results[0]?.state]).toEqual([2, 'refused']);
  expect(stderr).toMatch(/^encrew: .*Dolby Vision profile 5 has no base layer.*\n$/);
  expect(await treeOf(out)).toEqual({});
});
