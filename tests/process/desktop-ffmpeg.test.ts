import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { ffmpegBuilds } from '../../build/desktop/ffmpeg-builds.mjs';
import { placeFfmpeg } from '../../build/desktop/fetch-ffmpeg.mjs';
import { freePort } from '#tests/helpers/free-port.ts';
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
    },
    licenses: { 'test-x64': hashOf('/test-x64.LICENSE') },
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
    ['LICENSE-test-x64.txt', false, 'GNU GENERAL PUBLIC LICENSE\n'],
    ['SOURCE.txt', false, expect.stringContaining(`${release}: ffmpeg-test-x64.gz.`)],
    ['ffmpeg', true, programs.ffmpeg],
    ['ffprobe', true, programs.ffprobe],
  ]);
});

test('on Windows they are called .exe', async () => {
  const { build, release } = await aRelease(programs);
  const folder = join(await temporaryFolder(), 'win-x64');
  await placeFfmpeg({ folder, build, isWindows: true, release });
  expect((await readdir(folder)).toSorted()).toEqual([
    'LICENSE-test-x64.txt',
    'SOURCE.txt',
    'ffmpeg.exe',
    'ffprobe.exe',
  ]);
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
  const nowhere = { ...elsewhere, release: `http://127.0.0.1:${await freePort()}` };
  await expect(placeFfmpeg(nowhere)).rejects.toThrow(`${nowhere.release}/ffmpeg-gone.gz can't be reached`);
});

test('every system and processor that is packed for has a pinned build', () => {
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  const targets = ['win-x64', 'win-arm64', 'linux-x64', 'linux-arm64', 'mac-x64', 'mac-arm64'];
  expect(Object.keys(ffmpegBuilds)).toEqual(targets);
  for (const { asset, sha256: of, licenses } of Object.values(ffmpegBuilds)) {
    expect(of).toEqual({ ffmpeg: hash, ffprobe: hash });
    expect(licenses).toMatchObject({ [asset]: hash });
  }
});

test('the two halves of a universal app differ in their programs alone', async () => {
  const [first, second] = [await aRelease(programs), await aRelease({ ...programs, ffmpeg: 'for another processor' })];
  const folder = await temporaryFolder();
  const halves = [first, second].map(async ({ build, release, files }, i) => {
    const half = join(folder, `mac-${i}`);
    for (const name of ['ffmpeg', 'ffprobe']) {
      files.set(`/${name}-half-${i}.gz`, files.get(`/${name}-test-x64.gz`) ?? Buffer.alloc(0));
    }
    await placeFfmpeg({ folder: half, build: { ...build, asset: `half-${i}` }, isWindows: false, release });
    return Promise.all(
      (await readdir(half)).map(async (name) => [
        name,
        (await readFile(join(half, name), 'utf8')).replaceAll(release, 'RELEASE'),
      ]),
    );
  });
  const [one, other] = (await Promise.all(halves)).map(
    (files) => new Map(files.map(([name = '', text]) => [name, text])),
  );
  const differing = [...(one ?? [])].filter(([name, text]) => other?.get(name) !== text).map(([name]) => name);
  expect(differing).toEqual(['ffmpeg']);
  expect(ffmpegBuilds['mac-x64']?.licenses).toEqual(ffmpegBuilds['mac-arm64']?.licenses);
});
