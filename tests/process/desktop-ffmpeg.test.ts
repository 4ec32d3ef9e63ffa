import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { ffmpegBuilds } from '../../build/desktop/ffmpeg-builds.mjs';
import { placeFfmpeg } from '../../build/desktop/fetch-ffmpeg.mjs';
import { listenOnLoopback } from '#tests/helpers/listen-on-loopback.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** A place that hands out a build as GitHub does: packed programs and a licence. Counts what it is asked. */
async function aRelease(programs: { ffmpeg: string; ffprobe: string }) {
  const files = new Map([
    ['/ffmpeg-test-x64.gz', gzipSync(programs.ffmpeg)],
    ['/ffprobe-test-x64.gz', gzipSync(programs.ffprobe)],
    ['/test-x64.LICENSE', Buffer.from('GNU GENERAL PUBLIC LICENSE\n')],
  ]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const content = files.get(request.url ?? '');
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => void server.close());
  const hashOf = (path: string): string => sha256(files.get(path) ?? '');
  const build = {
    asset: 'test-x64',
    sha256: {
      ffmpeg: hashOf('/ffmpeg-test-x64.gz'),
      ffprobe: hashOf('/ffprobe-test-x64.gz'),
      license: hashOf('/test-x64.LICENSE'),
    },
  };
  return { files, asked, build, release: `http://127.0.0.1:${port}` };
}

const programs = { ffmpeg: 'a program --enable-gpl', ffprobe: 'another --enable-gpl' };

test('ffmpeg, ffprobe and their licence are fetched once, and only the programs can be run', async () => {
  const { asked, build, release } = await aRelease(programs);
  const folder = join(await temporaryFolder(), 'linux-x64');
  await placeFfmpeg({ folder, build, isWindows: false, release });
  await placeFfmpeg({ folder, build, isWindows: false, release });
  expect(asked).toEqual(['/ffmpeg-test-x64.gz', '/ffprobe-test-x64.gz', '/test-x64.LICENSE']);
  const found = await Promise.all(
    (await readdir(folder)).toSorted().map(async (name) => {
      const { mode } = await stat(join(folder, name));
      return [name, (mode & 0o111) !== 0, await readFile(join(folder, name), 'utf8')];
    }),
  );
  expect(found).toEqual([
    ['LICENSE.txt', false, 'GNU GENERAL PUBLIC LICENSE\n'],
    ['SOURCE.txt', false, expect.stringContaining(`${release}/ffmpeg-test-x64.gz`)],
    ['ffmpeg', true, programs.ffmpeg],
    ['ffprobe', true, programs.ffprobe],
  ]);
});

test('on Windows they are called .exe', async () => {
  const { build, release } = await aRelease(programs);
  const folder = join(await temporaryFolder(), 'win-x64');
  await placeFfmpeg({ folder, build, isWindows: true, release });
  expect((await readdir(folder)).toSorted()).toEqual(['LICENSE.txt', 'SOURCE.txt', 'ffmpeg.exe', 'ffprobe.exe']);
});

test('what is not what was pinned is refused, and nothing half-made is left where it would be packed', async () => {
  const { files, build, release } = await aRelease(programs);
  const swapped = gzipSync('a program of somebody else');
  files.set('/ffprobe-test-x64.gz', swapped);
  const folder = join(await temporaryFolder(), 'linux-x64');
  await expect(placeFfmpeg({ folder, build, isWindows: false, release })).rejects.toThrow(
    `ffprobe-test-x64.gz is not what was pinned: its SHA-256 is ${sha256(swapped)}`,
  );
  await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a build that must not be passed on is refused, fetched or put there by hand', async () => {
  const { build, release } = await aRelease({ ...programs, ffmpeg: '--enable-gpl --enable-nonfree' });
  const folder = join(await temporaryFolder(), 'mac-arm64');
  const refused = /was built with --enable-nonfree and must not be passed on/;
  await expect(placeFfmpeg({ folder, build, isWindows: false, release })).rejects.toThrow(refused);
  await mkdir(folder);
  for (const name of ['ffmpeg', 'ffprobe', 'LICENSE.txt']) await writeFile(join(folder, name), '--enable-nonfree');
  await expect(placeFfmpeg({ folder, build, isWindows: false, release })).rejects.toThrow(refused);
});

test('a release that is not there is told with its address', async () => {
  const { build, release } = await aRelease(programs);
  const folder = join(await temporaryFolder(), 'linux-x64');
  const elsewhere = { folder, build: { ...build, asset: 'gone' }, isWindows: false, release };
  await expect(placeFfmpeg(elsewhere)).rejects.toThrow(`${release}/ffmpeg-gone.gz answered 404`);
});

test('every system and processor that is packed for has a pinned build', () => {
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  const pinned = { asset: expect.stringMatching(/^\w+-\w+$/), sha256: { ffmpeg: hash, ffprobe: hash, license: hash } };
  const targets = ['win-x64', 'win-arm64', 'linux-x64', 'linux-arm64', 'mac-x64', 'mac-arm64'];
  expect(ffmpegBuilds).toEqual(Object.fromEntries(targets.map((target) => [target, pinned])));
});
