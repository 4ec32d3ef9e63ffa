import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFiles } from '#main/stages/check/package-files.ts';
import type { PackageDraft } from '#main/stages/package/package-draft.ts';
import { testProfile } from '#tests/helpers/encode-film.ts';
import { makeParts, packageParts, type MadeParts } from '#tests/helpers/made-parts.ts';
import { decodeErrors, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { joined, packetSpan, readPlaylist, shownPictures } from '#tests/helpers/read-hls.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { makeTwoLanguageFilm } from '#tests/helpers/two-language-film.ts';

const frames = 120;
const frameSec = 1001 / 24_000;
const packetSec = 1024 / 48_000;
const sounds = ['audio_eng_aac', 'audio_ger_aac'];
const pictures = ['video_160x90', 'video_96x54'];

const master = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS

#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="audio_eng_aac/audio_eng_aac.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="German",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="audio_ger_aac/audio_ger_aac.m3u8"

#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles/Film.eng.full.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Japanese",LANGUAGE="ja",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles/Film.jpn.full.m3u8"

#EXT-X-STREAM-INF:BANDWIDTH=n,AVERAGE-BANDWIDTH=n,CODECS="avc1.64000B,mp4a.40.2",RESOLUTION=160x90,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_aac",SUBTITLES="subtitles",COLOUR-SPACE=BT.601,NAME="160x90 SDR"
video_160x90/video_160x90.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=n,AVERAGE-BANDWIDTH=n,CODECS="avc1.640009,mp4a.40.2",RESOLUTION=96x54,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_aac",SUBTITLES="subtitles",COLOUR-SPACE=BT.601,NAME="96x54 SDR"
video_96x54/video_96x54.m3u8

#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=n,AVERAGE-BANDWIDTH=n,CODECS="avc1.64000B",RESOLUTION=160x90,VIDEO-RANGE=SDR,URI="video_160x90/video_160x90_iframes.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=n,AVERAGE-BANDWIDTH=n,CODECS="avc1.640009",RESOLUTION=96x54,VIDEO-RANGE=SDR,URI="video_96x54/video_96x54_iframes.m3u8"
`;

let folder = '';
let film = '';
beforeAll(async () => {
  folder = await newFolder();
  film = await makeTwoLanguageFilm(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(['mpegts', 'fmp4'] as const)('parts of three chunks packaged as %s', (type) => {
  let parts: MadeParts;
  let staging = '';
  let draft: PackageDraft;
  const read = (path: string) => readFile(join(staging, path), 'utf8');
  const ending = type === 'fmp4' ? 'm4s' : 'ts';

  beforeAll(async () => {
    const base = testProfile('hls-universal');
    const recipe = testProfile('hls-universal', {
      segment: { durationSec: 2, type },
      thumbnails: { widthPx: 64, intervalSec: 2 },
      keepOriginal: true,
      video: {
        ...base.video,
        preset: 'veryfast',
        ladder: [
          { width: 160, height: 90, bitrateBps: 200_000 },
          { width: 96, height: 54, bitrateBps: 100_000 },
        ],
      },
    });
    parts = await makeParts(film, recipe, join(folder, `work ${type}`), 2);
    staging = join(folder, `staging ${type}`);
    const made = await packageParts(parts, staging);
    if (!made.ok) throw new Error(made.failure.message);
    draft = made.draft;
  });

  test('are three chunks, and leave nothing to say', () => {
    expect(parts.plan.tasks.filter((task) => task.type === 'video').map(({ chunk }) => chunk?.frames)).toEqual([
      48, 48, 24,
    ]);
    expect(draft.findings).toEqual([]);
  });

  test('have exactly the files of the layout', async () => {
    const stream = (id: string): string[] => [
      `${id}/${id}.m3u8`,
      ...(id.startsWith('video') ? [`${id}/${id}_iframes.m3u8`] : []),
      ...(type === 'fmp4' ? [`${id}/${id}-init.mp4`] : []),
      ...[0, 1, 2].map((i) => `${id}/${id}-000${i}.${ending}`),
    ];
    expect([...(await packageFiles(staging)).keys()].toSorted()).toEqual(
      [
        'Film.m3u8',
        ...pictures.flatMap(stream),
        ...sounds.flatMap(stream),
        'subtitles/Film.eng.full.vtt',
        'subtitles/Film.eng.full.m3u8',
        'subtitles/Film.jpn.full.ass',
        'subtitles/Film.jpn.full.vtt',
        'subtitles/Film.jpn.full.m3u8',
        'fonts/Tiny Sans.ttf',
        'fonts.json',
        'thumbs_64x36/thumbs_64x36-0000.jpg',
        'thumbs_64x36/thumbs_64x36-0001.jpg',
        'thumbs_64x36/thumbs_64x36-0002.jpg',
        'thumbs_64x36.webp',
        'thumbs_64x36.vtt',
        'chapters.vtt',
        'original/two languages.mkv',
      ].toSorted(),
    );
  });

  test('have playlists that say what was made and no more', async () => {
    const map = type === 'fmp4' ? '#EXT-X-MAP:URI="video_160x90-init.mp4"\n' : '';
    expect(withoutRates(await read('Film.m3u8'))).toBe(master);
    expect(await read('video_160x90/video_160x90.m3u8')).toBe(`#EXTM3U
#EXT-X-VERSION:${type === 'fmp4' ? 6 : 3}
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
${map}#EXTINF:2.002000,
video_160x90-0000.${ending}
#EXTINF:2.002000,
video_160x90-0001.${ending}
#EXTINF:1.001000,
video_160x90-0002.${ending}
#EXT-X-ENDLIST
`);
    expect(await read('subtitles/Film.eng.full.m3u8')).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:5
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:5.005000,
Film.eng.full.vtt
#EXT-X-ENDLIST
`);
  });

  test('have subtitles on the clock of the picture that end with it, and the styled one as it was', async () => {
    const rung = pictures[0] ?? '';
    const shown = await shownPictures(
      await joined(await readPlaylist(staging, `${rung}/${rung}.m3u8`), join(folder, `clock.${type}`)),
    );
    const vtt = await read('subtitles/Film.eng.full.vtt');
    const mapped = Number(/MPEGTS:(\d+)/.exec(vtt)?.[1]);
    expect(Math.abs(mapped - (shown[0]?.sec ?? Number.NaN) * 90_000)).toBeLessThanOrEqual(1);
    expect(vtt).toBe(`WEBVTT
X-TIMESTAMP-MAP=MPEGTS:${mapped},LOCAL:00:00:00.000

00:00:01.500 --> 00:00:02.500
Over the seam

00:00:04.000 --> 00:00:05.005
Too long
`);
    expect(await read('subtitles/Film.jpn.full.ass')).toContain(
      '\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}ab',
    );
  });

  test('have thumbnails to the last tile, and chapters', async () => {
    expect(await read('thumbs_64x36.vtt')).toBe(`WEBVTT

00:00:00.000 --> 00:00:02.002
thumbs_64x36.webp#xywh=0,0,64,36

00:00:02.002 --> 00:00:04.004
thumbs_64x36.webp#xywh=64,0,64,36

00:00:04.004 --> 00:00:05.005
thumbs_64x36.webp#xywh=0,36,64,36
`);
    expect(await ffprobeJson(join(staging, 'thumbs_64x36.webp'), '-show_entries', 'stream=width,height')).toMatchObject(
      {
        streams: [{ width: 128, height: 72 }],
      },
    );
    expect(await read('chapters.vtt')).toContain('00:00:02.000 --> 00:00:05.000\nTwo');
    expect(await readFile(join(staging, 'original/two languages.mkv'))).toEqual(await readFile(film));
  });

  test('show each picture of the grid once, over the seam too', async () => {
    for (const id of pictures) {
      const whole = await joined(await readPlaylist(staging, `${id}/${id}.m3u8`), join(folder, `${id}.${type}`));
      expect(await decodeErrors(whole)).toBe('');
      const shown = await shownPictures(whole);
      const first = shown[0]?.sec ?? Number.NaN;
      expect(shown.map(({ sec }) => Math.round((sec - first) / frameSec))).toEqual([...Array(frames).keys()]);
      for (const [n, { sec }] of shown.entries()) expect(Math.abs(sec - first - n * frameSec)).toBeLessThan(2 / 90_000);
    }
  });

  test('start their sound with the picture and end it there, within a packet', async () => {
    const id = pictures[0] ?? '';
    const picture = await packetSpan(
      await joined(await readPlaylist(staging, `${id}/${id}.m3u8`), join(folder, `span.${type}`)),
    );
    for (const sound of sounds) {
      const playlist = await readPlaylist(staging, `${sound}/${sound}.m3u8`);
      const span = await packetSpan(await joined(playlist, join(folder, `${sound}.${type}`)));
      expect(Math.abs(span.startSec - picture.startSec)).toBeLessThanOrEqual(packetSec + 1e-4);
      expect(Math.abs(span.endSec - picture.endSec)).toBeLessThanOrEqual(packetSec + 1e-4);
    }
  });

  test('are measured as they lie in the folder', async () => {
    expect(draft.main).toBe('Film.m3u8');
    expect(draft.renditions.map(({ id, kind, frames: count }) => ({ id, kind, count }))).toEqual([
      ...pictures.map((id) => ({ id, kind: 'video', count: frames })),
      ...sounds.map((id) => ({ id, kind: 'audio', count: null })),
    ]);
    const sizes = await packageFiles(staging);
    for (const { id, segments, durationSec } of draft.renditions) {
      for (const { path, sizeBytes } of segments) expect(sizes.get(`${id}/${path}`)?.sizeBytes).toBe(sizeBytes);
      expect(Math.abs(durationSec - parts.plan.durationSec)).toBeLessThan(2 * packetSec);
    }
  });
});

/** Rates differ from encoder to encoder; all else does not. */
function withoutRates(playlist: string): string {
  return playlist.replaceAll(/BANDWIDTH=\d+/g, 'BANDWIDTH=n');
}
