import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg } from '#tests/helpers/media-tools.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const run = promisify(execFile);
const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

/** A name that would break a careless command line in every way at once. */
const nastyName = `it's "a" $(touch pwned)\nfilm \u{1F600} 100%d.mkv`;

test.each([
  { profile: 'hls-universal', made: ['video_160x90/00000.ts', 'audio_eng_aac/00000.ts', 'thumbs_320x180.webp'] },
  { profile: 'mp4-1080p', made: ['film.mp4'] },
  { profile: 'mkv-archive', made: ['film.mkv'] },
  { profile: 'hls-hevc-hdr', made: ['video-0000/video_160x90.mp4', 'audio/audio_eng_eac3.mp4'] },
])('the commands that plan prints for $profile work when pasted into a shell', async ({ profile, made }) => {
  const film = await makeFilm();
  const { stdout } = await run(process.execPath, [entry, 'plan', film, '--profile', profile, '--chunk', '2']);
  const script = stdout.slice(stdout.indexOf('# Commands'));
  const folder = await temporaryFolder();
  await run('/bin/sh', ['-e', '-c', script], { cwd: folder, maxBuffer: 2 ** 26 });
  const files = Object.keys(await treeOf(folder));
  expect(files).toEqual(expect.arrayContaining(made));
  expect(files).not.toContain('pwned');
  for (const name of made.filter((file) => !file.endsWith('.webp')))
    expect(await decodeErrors(join(folder, name))).toBe('');
});

test('plan prints the same bytes for the same film and profile, and writes nothing', async () => {
  const film = await makeFilm();
  const [cwd, home] = [await temporaryFolder(), await temporaryFolder()];
  const ask = () =>
    run(process.execPath, [entry, 'plan', film, '--json'], { cwd, env: { ...process.env, ENCREW_DATA: home } });
  const [first, second] = [await ask(), await ask()];
  expect(first.stdout).toBe(second.stdout);
  expect(Object.keys(JSON.parse(first.stdout))).toEqual(['input', 'plan', 'encoders', 'commands']);
  expect([await treeOf(cwd), await treeOf(home)]).toEqual([{}, {}]);
});

async function makeFilm(): Promise<string> {
  const folder = await temporaryFolder();
  const words = join(folder, 'words.srt');
  await writeFile(words, '1\n00:00:01,000 --> 00:00:02,000\nwords\n');
  const plain = join(folder, 'plain.mkv');
  await ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=24:d=5', '-f', 'lavfi', '-i', 'sine=d=5', '-i', words],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-c:a',
      'aac',
      '-c:s',
      'srt',
      '-metadata:s:a:0',
      'language=eng',
      plain,
    ],
  );
  const film = join(folder, nastyName);
  await rename(plain, film);
  return film;
}
