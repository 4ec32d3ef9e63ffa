import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { type ProbeResult, probe } from '#main/ffmpeg/probe.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

let folder: string;
let film: string;
let tools: FfmpegTools;
beforeAll(async () => {
  folder = await newFolder();
  tools = await thisFfmpeg();
  film = join(folder, 'film.mp4');
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=40', '-f', 'lavfi', '-i', 'sine=d=40'];
  await ffmpeg(...sources, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-movflags', '+faststart', film);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function ask(path: string): Promise<ProbeResult> {
  return probe(path, { tools, log: silentLogger }, new AbortController().signal);
}

async function fileWith(fileName: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, fileName);
  await writeFile(path, content);
  return path;
}

test.each([
  ['it does not exist', 'nowhere.mkv', 'not-found'],
  ['it is a folder', '.', 'not-a-file'],
])('refused because %s', async (_why, fileName, code) => {
  expect(await ask(join(folder, fileName))).toMatchObject({ ok: false, code });
});

test('nothing, text, a picture and subtitles alone are no source', async () => {
  const png = join(folder, 'picture.png');
  await ffmpeg('-i', film, '-frames:v', '1', png);
  const pictureNamedFilm = join(folder, 'picture.mkv');
  await copyFile(png, pictureNamedFilm);
  const srt = '1\n00:00:00,000 --> 00:00:01,000\nHello\n';
  const answers = [
    await ask(await fileWith('empty.mkv', '')),
    await ask(await fileWith('text.mkv', 'Just some words.\n')),
    await ask(pictureNamedFilm),
    await ask(await fileWith('words.srt', srt)),
    await ask(
      await fileWith(
        'noise.mp4',
        Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251),
      ),
    ),
  ];
  expect(answers.map((answer) => !answer.ok && answer.code)).toEqual(['empty', ...Array(4).fill('not-media')]);
  for (const answer of answers) expect(!answer.ok && answer.message).toMatch(/^[^\n]+$/);
});

test('a file that this user may not read is refused', async () => {
  const path = await fileWith('secret.mkv', 'x');
  await chmod(path, 0o000);
  const isRoot = process.getuid?.() === 0;
  expect(await ask(path)).toMatchObject({ ok: false, code: isRoot ? 'not-media' : 'unreadable' });
});

test('an MP4 cut off before its index is refused with the reason', async () => {
  const plain = join(folder, 'index-last.mp4');
  await ffmpeg('-i', film, '-c', 'copy', plain);
  await truncate(plain, 100_000);
  expect(await ask(plain)).toMatchObject({ ok: false, code: 'truncated-no-index' });
});

test.each(['mp4', 'mkv', 'ts'])('%s cut off in the middle tells how much can be decoded', async (extension) => {
  const whole = join(folder, `whole.${extension}`);
  await ffmpeg(
    '-i',
    film,
    '-c',
    'copy',
    '-movflags',
    '+faststart',
    '-f',
    { mkv: 'matroska', ts: 'mpegts' }[extension] ?? 'mp4',
    whole,
  );
  const cut = join(folder, `cut.${extension}`);
  const bytes = await readFile(whole);
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length / 3 / 188) * 188 + 50));
  const before = await readFile(cut);

  const [complete, short] = [await ask(whole), await ask(cut)];
  expect(complete).toMatchObject({ ok: true, facts: { truncatedAtSec: null } });
  if (!short.ok) throw new Error(short.message);
  const atSec = short.facts.truncatedAtSec ?? Number.NaN;
  const decodable = decodedPictures(cut) / 25;
  expect(Math.abs(atSec - decodable)).toBeLessThan(0.2);
  expect(short.facts.oddities.map(({ code, severity }) => [code, severity])).toEqual([['truncated', 'error']]);
  expect(await readFile(cut)).toEqual(before);
});

test('the end of a long film that is cut early is found without reading all of it', async () => {
  const long = join(folder, 'long.mp4');
  const slow = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x48:r=1:d=1200',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '2',
  ];
  await ffmpeg(...slow, '-movflags', '+faststart', long);
  const bytes = await readFile(long);
  await writeFile(long, bytes.subarray(0, Math.floor(bytes.length / 4)));
  const answer = await ask(long);
  if (!answer.ok) throw new Error(answer.message);
  const decodable = decodedPictures(long);
  expect(decodable).toBeGreaterThan(100);
  expect(Math.abs((answer.facts.truncatedAtSec ?? Number.NaN) - decodable)).toBeLessThanOrEqual(2);
});

/** The judge: FFmpeg decodes all there is and counts the pictures. */
function decodedPictures(path: string): number {
  const argv = ['-v', 'quiet', '-nostdin', '-i', path, '-map', '0:v', '-f', 'null', '-progress', 'pipe:1', '-'];
  const frames = [...execFileSync('ffmpeg', argv, { encoding: 'utf8' }).matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1];
  return Number(frames);
}

test('names with anything in them are read', async () => {
  const odd = join(folder, `-i 12:30 "it's" $(id) %05d *?[x] \\ #\n🎬`);
  await mkdir(odd);
  const names = ['-y.mkv', 'http:evil.mkv', 'concat:a|b.mkv', `'"\n%d.mkv`, '🎬 é.mkv', 'pipe:0'];
  for (const name of names) {
    await copyFile(film, join(odd, name));
    expect(await ask(join(odd, name))).toMatchObject({ ok: true, facts: { durationSec: 40 } });
  }
});

test.each([
  ['an HLS playlist', (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${target}\n#EXT-X-ENDLIST\n`],
  ['a concat script', (target: string) => `ffconcat version 1.0\nfile '${target}'\n`],
  [
    'a DASH manifest',
    (target: string) =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1"><BaseURL>${target}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ],
  [
    'an SDP',
    () =>
      'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 40000 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
  ],
  [
    'a drawing',
    (target: string) =>
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="48"><image xlink:href="${target}" width="64" height="48"/></svg>`,
  ],
])('%s named film.mkv opens nothing else, neither file nor address', async (_what, contentFor) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // Whoever opens a pipe that nobody writes to waits for ever: the probe would not come back in time.
  const trap = join(folder, 'trap.ts');
  execFileSync('mkfifo', [trap]);
  onTestFinished(() => rm(trap));

  for (const target of [`http://127.0.0.1:${port}/a.ts`, trap, 'trap.ts', `file:${trap}`]) {
    const path = await fileWith('disguised.mkv', contentFor(target));
    const answer = await probe(path, { tools, log: silentLogger }, AbortSignal.timeout(15_000));
    expect(answer).toMatchObject({ ok: false, code: expect.stringMatching(/^(disguised-playlist|not-media)$/) });
  }
  expect(asked).toBe(0);
});

/** The trap has teeth: FFmpeg without our options does open it. */
test('without the restrictions a script is followed', async () => {
  await copyFile(film, join(folder, 'trap.mp4'));
  const path = await fileWith('script.mkv', `ffconcat version 1.0\nfile 'trap.mp4'\n`);
  const argv = ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', path];
  expect(execFileSync('ffprobe', argv, { encoding: 'utf8' }).split('\n')).toEqual(['h264', 'aac', '']);
});
