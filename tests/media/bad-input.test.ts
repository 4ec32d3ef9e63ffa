import { execFileSync } from 'node:child_process';
import { appendFile, copyFile, mkdir, open, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EncrewEnd, encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * What people really point an encoder at. Each input gives the right package, or one line and an exit code; the source
 * and whatever lay in the output folder stay as they were.
 */

let films = '';
const film = (name: string): string => join(films, name);

beforeAll(async () => {
  films = await newFolder();
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=4'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac'];
  await ffmpeg(...picture, '-f', 'lavfi', '-i', 'sine=d=4', ...coding, '-movflags', '+faststart', film('good.mp4'));
  for (const name of ['good.mkv', 'good.ts']) await ffmpeg('-i', film('good.mp4'), '-c', 'copy', film(name));
  await ffmpeg('-i', film('good.mp4'), '-c', 'copy', film('index-last.mp4'));
  await ffmpeg('-i', film('good.mp4'), '-vn', '-c', 'copy', film('sound.mkv'));
  await ffmpeg('-i', film('good.mp4'), '-an', '-c', 'copy', film('silent.mkv'));
  await ffmpeg('-f', 'lavfi', '-i', 'color=red:s=300x300', '-frames:v', '1', film('cover.jpg'));
});
afterAll(() => rm(films, { recursive: true, force: true }));

/** Encodes into a folder that holds something already, which must stay; answers how it ended. */
async function encode(inputs: readonly string[], ...options: string[]): Promise<EncrewEnd & { out: string }> {
  const out = await temporaryFolder();
  await writeFile(join(out, 'mine.txt'), 'mine');
  const data = await temporaryFolder();
  const command = ['encode', '--profile', 'draft', '--out', out, '--data', data, '--json', ...options, '--', ...inputs];
  const end = await encrew(command, films);
  expect(await readFile(join(out, 'mine.txt'), 'utf8')).toBe('mine');
  return { ...end, out };
}

/** The package is there, has no error finding, and a decoder reads it from end to end. */
async function expectPackage(end: EncrewEnd): Promise<void> {
  for (const { state, error, output, findings } of end.results) {
    expect({ state, error, wrong: findings.filter(({ severity }) => severity === 'error') }).toEqual({
      state: 'completed',
      error: null,
      wrong: [],
    });
    expect(await decodeErrors(output ?? '')).toBe('');
  }
  expect(end.code).toBe(0);
}

describe('what can not be a film is refused with one line and exit code 2', () => {
  const cases: { what: string; name: string; make: () => Promise<unknown>; says: RegExp }[] = [
    {
      what: 'text',
      name: 'text.mkv',
      make: () => writeFile(film('text.mkv'), 'no film\n'.repeat(99)),
      says: /can't be used/,
    },
    { what: 'sound alone', name: 'sound.mkv', make: async () => {}, says: /only sound/ },
    {
      what: 'an MP4 that lost its index',
      name: 'no-index.mp4',
      make: () => cut('index-last.mp4', 'no-index.mp4', 0.5),
      says: /no index \(moov\)/,
    },
    {
      what: 'half an MP4',
      name: 'half.mp4',
      make: () => cut('good.mp4', 'half.mp4', 0.5),
      says: /cut off: .* --accept-truncated/,
    },
    {
      what: 'half a Matroska',
      name: 'half a film.mkv',
      make: () => cut('good.mkv', 'half a film.mkv', 0.5),
      says: /cut off: .* --accept-truncated/,
    },
    { what: 'a file that is not there', name: 'nothing.mkv', make: async () => {}, says: /does not exist/ },
    {
      what: 'a link to nothing',
      name: 'dangling.mkv',
      make: () => symlink('/nonexistent/film.mkv', film('dangling.mkv')),
      says: /does not exist/,
    },
    {
      what: 'a named pipe',
      name: 'pipe.mkv',
      make: async () => execFileSync('mkfifo', [film('pipe.mkv')]),
      says: /is not a file/,
    },
  ];

  test('an empty file', async () => {
    await writeFile(film('empty.mkv'), '');
    const before = await treeOf(films);
    const { code, results, stderr, out } = await encode([film('empty.mkv')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^encrew: .*is empty.*\n$/);
    expect(results).toEqual([
      expect.objectContaining({ state: 'refused', output: null, error: expect.stringMatching(/is empty/) }),
    ]);
    expect(Object.keys(await treeOf(out))).toEqual(['mine.txt']);
    expect(await treeOf(films)).toEqual(before);
  });

  test(`each of many: ${cases.map(({ what }) => what).join(', ')}`, async () => {
    for (const { make } of cases) await make();
    const before = await treeOf(films);
    const { code, results, stderr, out } = await encode(cases.map(({ name }) => film(name)));
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual(cases.map(({ says }) => expect.stringMatching(says)));
    expect(results).toEqual(
      cases.map(({ name, says }) =>
        expect.objectContaining({
          input: film(name),
          state: 'refused',
          output: null,
          error: expect.stringMatching(says),
        }),
      ),
    );
    expect(Object.keys(await treeOf(out))).toEqual(['mine.txt']);
    expect(await treeOf(films)).toEqual(before);
  });

  test('a folder without films', async () => {
    await mkdir(film('no films'));
    const { code, results, stderr } = await encode([film('no films')]);
    expect([code, results]).toEqual([2, []]);
    expect(stderr).toMatch(/^encrew: there is no film in .*\n$/);
  });

  test('two films that would become one package', async () => {
    const { code, stderr, out } = await encode([film('good.mp4'), film('good.mkv')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^encrew: .* would both become .*\n$/);
    expect(Object.keys(await treeOf(out))).toEqual(['mine.txt']);
  });
});

const disguises = [
  ['an HLS playlist', (url: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${url}\n#EXT-X-ENDLIST\n`],
  ['a concat script', (url: string) => `ffconcat version 1.0\nfile ${url}\n`],
  [
    'a session description',
    (url: string) =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:${url}\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  ],
  [
    'a DASH manifest',
    (url: string) =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><BaseURL>${url}</BaseURL><Period/></MPD>\n`,
  ],
] as const;

test(`a playlist or script in disguise opens nothing that it names: ${disguises.map(([what]) => what).join(', ')}`, async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const folder = await temporaryFolder();
    const paths = disguises.map(([what]) => join(folder, `${what}.mkv`));
    for (const [i, [, content]] of disguises.entries()) {
      await writeFile(paths[i] ?? '', content(`http://127.0.0.1:${port}/good.ts`));
    }
    const { code, results } = await encode(paths);
    expect([code, results.map(({ input, state }) => [input, state]), asked]).toEqual([
      2,
      paths.map((path) => [path, 'refused']),
      0,
    ]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('odd films give right packages', () => {
  test('names with spaces, quotes, newlines, emoji, a leading dash, percent signs and colons', async () => {
    const names = [
      `it's "a"\nfilm \u{1F600} 100%d.mkv`,
      '-dash.mkv',
      'a:b?c*.mkv',
      '$(touch pwned).mkv',
      ' spaces .mkv',
    ];
    for (const name of names) await copyFile(film('silent.mkv'), film(name));
    const end = await encode(names);
    await expectPackage(end);
    expect(end.results).toHaveLength(names.length);
    for (const { output } of end.results) expect(output).toMatch(/^[^"*?<>|\p{Cc}]*$/u);
    expect(Object.keys(await treeOf(films))).not.toContain('pwned');
    // Nothing that could steer a terminal comes back out of a name.
    expect(end.stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('no sound, a cover before the film, a wrong ending, a transport stream', async () => {
    const covered = ['-i', film('good.mp4'), '-i', film('cover.jpg'), '-map', '1', '-map', '0', '-c', 'copy'];
    await ffmpeg(...covered, '-disposition:v:0', 'attached_pic', film('covered.mp4'));
    await copyFile(film('good.mkv'), film('wrong.avi'));
    await copyFile(film('good.ts'), film('stream.ts'));
    await expectPackage(await encode(['silent.mkv', 'covered.mp4', 'wrong.avi', 'stream.ts'].map(film)));
  });

  test('one picture alone, one picture under five seconds of sound, odd and extreme sizes and rates', async () => {
    const one = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25'];
    await ffmpeg(...one, '-frames:v', '1', '-c:v', 'libx264', film('one.mkv'));
    const sound = ['-f', 'lavfi', '-i', 'sine=d=5', '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac'];
    await ffmpeg('-i', film('one.mkv'), ...sound, film('held.mkv'));
    const sources = {
      'odd.mkv': 'testsrc2=s=33x17:r=25:d=1',
      'wide.mkv': 'testsrc2=s=2000x20:r=25:d=1',
      'fast.mkv': 'testsrc2=s=32x32:r=1000:d=1',
      'slow.mkv': 'testsrc2=s=64x36:r=1/5:d=20',
      'stretched.mkv': 'testsrc2=s=160x90:r=25:d=1,setsar=100/1',
    };
    for (const [name, graph] of Object.entries(sources))
      await ffmpeg('-f', 'lavfi', '-i', graph, '-c:v', 'ffv1', film(name));
    const end = await encode(['one.mkv', 'held.mkv', ...Object.keys(sources)].map(film));
    await expectPackage(end);
    // The picture is held until the sound ends.
    const held = end.results.find(({ input }) => input.endsWith('held.mkv'))?.output ?? '';
    expect(await shownSec(held)).toBeCloseTo(5, 0);
  });

  test('half a film when that is accepted', async () => {
    await cut('good.mkv', 'accepted.mkv', 0.5);
    const end = await encode([film('accepted.mkv')], '--accept-truncated');
    expect(end.results).toEqual([expect.objectContaining({ state: 'completed', error: null })]);
    expect(end.code).toBe(0);
  });

  test('a film with damaged places, which are told', async () => {
    await copyFile(film('good.mp4'), film('damaged.mp4'));
    const file = await open(film('damaged.mp4'), 'r+');
    const { size } = await file.stat();
    for (let at = Math.round(size / 2); at < size; at += 997) await file.write(Uint8Array.of(0xff, 0x13), 0, 2, at);
    await file.close();
    const end = await encode([film('damaged.mp4')]);
    expect(end.results).toEqual([
      expect.objectContaining({
        state: 'completed',
        findings: expect.arrayContaining([expect.objectContaining({ code: 'source-damaged', severity: 'warning' })]),
      }),
    ]);
  });

  test('names inside the file that look like paths, markup and commands', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'words.ass'), nastyScript);
    await writeFile(join(folder, 'evil.ttf'), 'not a font');
    const path = join(folder, 'film.mkv');
    const title = '../../etc/<script>alert(1)</script>$(touch pwned)\u001b[31m';
    await ffmpeg(
      ...['-i', film('good.mp4'), '-i', join(folder, 'words.ass'), '-map', '0', '-map', '1', '-c', 'copy'],
      ...[
        '-attach',
        join(folder, 'evil.ttf'),
        '-metadata:s:t',
        'mimetype=font/ttf',
        '-metadata:s:t',
        'filename=../../../evil.ttf',
      ],
      ...[
        '-metadata',
        `title=${title}`,
        '-metadata:s:a:0',
        `title=${title}`,
        '-metadata:s:s:0',
        `title=${title}`,
        path,
      ],
    );
    const before = await treeOf(folder);
    for (const profile of ['hls-anime', 'mkv-archive']) {
      const end = await encode([path], '--profile', profile);
      expect(end.results).toEqual([expect.objectContaining({ state: 'completed', error: null })]);
      const made = Object.keys(await treeOf(end.out)).filter(
        (name) => !/^(mine\.txt|film(\/.*|\.mkv|\.encrew\.json)?)$/.test(name),
      );
      expect(made).toEqual([]);
      expect(end.stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
    expect(await treeOf(folder)).toEqual(before);
  });
});

describe('what lies in the output folder stays', () => {
  test('a folder of that name that is not ours', async () => {
    const out = await temporaryFolder();
    await mkdir(join(out, 'good'));
    await writeFile(join(out, 'good', 'only copy.mkv'), 'precious');
    const before = await treeOf(out);
    const end = await encrew(
      ['encode', film('good.mp4'), '--profile', 'draft', '--out', out, '--data', films, '--json'],
      films,
    );
    expect([end.code, end.results[0]?.state]).toEqual([2, 'refused']);
    expect(await treeOf(out)).toEqual(before);
  });

  test('our package of another film of that name', async () => {
    const out = await temporaryFolder();
    const other = join(await temporaryFolder(), 'good.mp4');
    await copyFile(film('good.mp4'), other);
    await appendFile(other, 'another film');
    const options = ['--profile', 'draft', '--out', out, '--data', await temporaryFolder(), '--json'];
    expect((await encrew(['encode', film('good.mp4'), ...options], films)).code).toBe(0);
    const before = await treeOf(out);
    const end = await encrew(['encode', other, ...options], films);
    expect([end.code, end.results[0]?.state]).toEqual([2, 'refused']);
    expect(await treeOf(out)).toEqual(before);
  });

  test('a file where the output folder should be', async () => {
    const out = join(await temporaryFolder(), 'out');
    await writeFile(out, 'a file');
    const end = await encrew(
      ['encode', film('good.mp4'), '--profile', 'draft', '--out', out, '--data', await temporaryFolder(), '--json'],
      films,
    );
    expect([end.code, end.stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(await readFile(out, 'utf8')).toBe('a file');
  });
});

const shown = z.object({ format: z.object({ duration: z.coerce.number() }) });

async function shownSec(path: string): Promise<number> {
  return shown.parse(await ffprobeJson(path, '-show_entries', 'format=duration')).format.duration;
}

async function cut(from: string, to: string, share: number): Promise<void> {
  await copyFile(film(from), film(to));
  await truncate(film(to), Math.round((await readFile(film(from))).length * share));
}

const nastyScript = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,../../evil,20

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:02.00,Default,<b>bold</b> & {\\fn$(touch pwned)}words --> more
Dialogue: 0,0:00:03.00,0:00:01.00,Default,backwards
`;
