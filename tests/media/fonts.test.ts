import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readFont } from '#main/media/font/font-faces.ts';
import type { FontAttachment } from '#main/media/font/font-files.ts';
import { fontFiles } from '#main/media/font/font-files.ts';
import { fontFindings, matchFonts } from '#main/media/font/font-match.ts';
import { fontsManifest } from '#main/media/package/fonts-manifest.ts';
import { usedFaces } from '#main/media/subtitle/ass.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import { decodeText } from '#main/media/subtitle/decode-text.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { sampleMedia, sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const run = promisify(execFile);
const mkvmergeReport = z.object({
  attachments: z.array(z.object({ id: z.number(), file_name: z.string() })),
  tracks: z.array(z.unknown()),
});
const cabin = 'CabinCondensed-Regular.ttf';

test.runIf(sampleMediaIsThere)('a real font tells its names, its cut and its characters', async () => {
  const font = readFont(new Uint8Array(await readFile(sampleMedia(cabin))));
  if (!font.ok) throw new Error(font.detail);
  expect(font).toEqual({
    ok: true,
    format: 'truetype',
    faces: [
      {
        families: ['Cabin Condensed'],
        fullNames: ['Cabin Condensed Regular'],
        postscriptName: 'CabinCondensed-Regular',
        subfamily: 'Regular',
        weight: 400,
        italic: false,
        postscriptOutlines: false,
        hasGlyph: expect.any(Function),
      },
    ],
  });
  const drawn = Array.from('Aaéß€—漢Ω😀').filter((c) => font.faces[0]?.hasGlyph(c.codePointAt(0) ?? 0));
  expect(drawn).toEqual(Array.from('Aaéß€—'));
});

test.runIf(sampleMediaIsThere)(
  'fonts attached to a film are matched against the faces its ASS track draws with',
  async () => {
    const folder = await temporaryFolder();
    const broken = join(folder, 'broken.ttf');
    await writeFile(broken, (await readFile(sampleMedia(cabin))).subarray(0, 50_000));
    const film = await filmWith(
      folder,
      [
        ['Cabin.ttf', sampleMedia(cabin)],
        ['../../Cabin copy.ttf', sampleMedia(cabin)],
        ['cabin.TTF', broken],
      ],
      ['Plain words', '{\\fnCABIN CONDENSED\\b1}Bold{\\r} and 漢字', '{\\fnNowhere Sans}lost'],
    );

    const fonts = fontFiles(await attachmentsOf(film, folder));
    expect(fonts.findings.map(({ code, where }) => [code, where])).toEqual([['font-broken', 'stream 4']]);
    expect(fonts.left).toEqual([
      { index: 3, because: 'duplicate', file: 'fonts/Cabin.ttf' },
      { index: 4, because: 'broken', file: null },
    ]);
    expect(JSON.parse(fontsManifest(fonts.files))).toEqual([
      { file: 'fonts/Cabin.ttf', mimeType: 'application/x-font-truetype' },
    ]);

    const report = matchFonts(usedFaces(parseAss(await assOf(film, folder))), fonts.files);
    expect(report.matches.map(({ used, file, synthesised }) => [used.family, used.weight, file, synthesised])).toEqual([
      ['Cabin Condensed', 400, 'fonts/Cabin.ttf', []],
      ['CABIN CONDENSED', 700, 'fonts/Cabin.ttf', ['bold']],
      ['Nowhere Sans', 400, null, []],
    ]);
    expect(report.unusedFiles).toEqual([]);
    expect(fontFindings(report, 'subtitles/film.und.full.ass').map(({ code, message }) => [code, message])).toEqual([
      ['font-missing', 'No font called "Nowhere Sans" came with the film (regular); used on line 12'],
      [
        'font-glyph-missing',
        'Cabin Condensed (regular) in fonts/Cabin.ttf has no 漢 (U+6F22) 字 (U+5B57); used on line 11',
      ],
    ]);
  },
);

test.runIf(sampleMediaIsThere)('a film whose ASS track names a font that is not there says so', async () => {
  const folder = await temporaryFolder();
  const faces = usedFaces(parseAss(await assOf(sampleMedia('ass-ac3-brokenfps.mkv'), folder)));
  expect(fontFindings(matchFonts(faces, []), 'stream 2')).toEqual([
    {
      code: 'font-missing',
      severity: 'warning',
      message: 'No font called "Open Sans Semibold" came with the film (bold); used on line 10',
      where: 'stream 2',
    },
  ]);
});

test.runIf(sampleMediaIsThere)('faces and matches are those that libass finds', async () => {
  const folder = await temporaryFolder();
  const film = await filmWith(
    folder,
    [['Cabin.ttf', sampleMedia(cabin)]],
    [
      'Plain{\\b1} bold{\\r} and{\\i1} slanted',
      '{\\fncabin condensed regular}by its full name',
      '{\\fnCabinCondensed-Regular}by its PostScript name',
      '{\\fnAlpha\\b300}a{\\t(\\fnBeta\\b0)}b{\\fn}c',
      '{\\fn@Tall\\i5}v{\\p1}m 0 0 l 9 0 9 9{\\c&HFF&} l 9 9{\\p0\\fn0}x',
    ],
  );
  const fonts = fontFiles(await attachmentsOf(film, folder));
  const { matches } = matchFonts(usedFaces(parseAss(await assOf(film, folder))), fonts.files);
  const ours = matches.map(
    ({ used, file }) => `${used.family}, ${used.weight}, ${used.italic ? 100 : 0}: ${file !== null}`,
  );
  expect(ours).toEqual([
    'Cabin Condensed, 400, 0: true',
    'Cabin Condensed, 700, 0: true',
    'Cabin Condensed, 400, 100: true',
    'cabin condensed regular, 400, 0: true',
    'CabinCondensed-Regular, 400, 0: false',
    'Alpha, 300, 0: false',
    'Beta, 400, 0: false',
    'Tall, 400, 0: false',
  ]);

  // libass tells its choice for each face: a path where the font is the system's, a name where it is the attached one.
  const judge = ['-v', 'verbose', '-nostdin', '-i', 'film.mkv', '-vf', 'subtitles=film.mkv', '-frames:v', '1'];
  const { stderr } = await run('ffmpeg', [...judge, '-f', 'null', '-'], { cwd: folder });
  const chosen = [...stderr.matchAll(/fontselect: \((.*), (\d+), (\d+)\) -> ([^,]+),/g)];
  const theirs = chosen.map(([, ...face]) => `${face.slice(0, 3).join(', ')}: ${face[3] === 'CabinCondensed-Regular'}`);
  expect(theirs).toEqual(expect.arrayContaining(ours));
});

/** A second of black with an ASS track in Cabin Condensed, each text shown all the time, and attachments. */
async function filmWith(folder: string, attachments: [name: string, path: string][], texts: string[]): Promise<string> {
  const script = join(folder, 'script.ass');
  await writeFile(
    script,
    `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Cabin Condensed,36,&H00FFFFFF,&H000000FF,&H00020713,&H00000000,0,0,0,0,100,100,0,0,1,2,0,2,10,10,20,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
${texts.map((text) => `Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,${text}`).join('\n')}
`,
  );
  const bare = join(folder, 'bare.mkv');
  await ffmpeg('-f', 'lavfi', '-i', 'color=size=64x36:rate=10:duration=1', '-preset', 'ultrafast', bare);
  const film = join(folder, 'film.mkv');
  const options = attachments.flatMap(([name, path]) => [
    ...['--attachment-mime-type', 'application/x-truetype-font'],
    ...['--attachment-name', name, '--attach-file', path],
  ]);
  await run('mkvmerge', ['-q', '-o', film, ...options, bare, script]);
  return film;
}

async function assOf(film: string, folder: string): Promise<string> {
  const path = join(folder, 'extracted.ass');
  await ffmpeg('-i', film, '-map', '0:s:0', '-c', 'copy', path);
  return decodeText(new Uint8Array(await readFile(path))).text;
}

async function attachmentsOf(film: string, folder: string): Promise<FontAttachment[]> {
  const { stdout } = await run('mkvmerge', ['-J', film]);
  const { attachments, tracks } = mkvmergeReport.parse(JSON.parse(stdout));
  return Promise.all(
    attachments.map(async ({ id, file_name: fileName }, i) => {
      const path = join(folder, `attachment-${id}`);
      await run('mkvextract', [film, 'attachments', `${id}:${path}`]);
      const bytes = new Uint8Array(await readFile(path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { index: tracks.length + i, fileName, bytes, sha256 };
    }),
  );
}
