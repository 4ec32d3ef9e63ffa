import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import type { types } from 'hls-parser';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClapperFilm } from '#tests/helpers/clapper-film.ts';
import { type EncodedFilm, encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { joined, readMaster, readPlaylist } from '#tests/helpers/read-hls.ts';
import { sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

const run = promisify(execFile);
const ladder = [
  { width: 320, height: 180, bitrateBps: 400_000, includeSdr: true },
  { width: 160, height: 90, bitrateBps: 150_000, includeSdr: true },
];

let folder = '';
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Package = { film: EncodedFilm; master: types.MasterPlaylist; text: string };

async function packaged(source: string, profile: ReturnType<typeof testProfile>): Promise<Package> {
  const film = await encodeFilm(source, join(folder, profile.name), profile);
  return { film, master: await readMaster(film.main), text: await readFile(film.main, 'utf8') };
}

/** SDR in transport streams with AAC and AC-3, two languages and all kinds of subtitles. */
async function sdrPackage(): Promise<Package> {
  const source = await makeClapperFilm(folder, { num: 24_000, den: 1001 });
  const profile = testProfile('hls-universal', {
    video: { ladder, encoders: ['libx264'], preset: 'veryfast', rateControl: { mode: 'capped-crf', crf: 26 } },
    audio: {
      tracks: [
        { encoder: 'aac', bitrateBps: 96_000 },
        { encoder: 'ac3', bitrateBps: 192_000 },
      ],
    },
  });
  return packaged(source, profile);
}

/** HDR10 as HEVC with SDR versions beside it, AAC and E-AC-3. The profile asks for transport streams. */
async function hdrPackage(): Promise<Package> {
  const source = join(folder, 'hdr10.mkv');
  const display =
    'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';
  await ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30000/1001:d=5', '-f', 'lavfi', '-i', 'sine=d=5'],
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020'],
    ...['-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', '-x265-params', `log-level=none:${display}`, source],
  );
  const profile = testProfile('hls-hevc-hdr', {
    video: {
      ladder,
      encoders: ['libx265'],
      sdrEncoders: ['libx264'],
      preset: 'ultrafast',
      rateControl: { mode: 'capped-crf', crf: 30 },
    },
    audio: {
      tracks: [
        { encoder: 'aac', bitrateBps: 96_000 },
        { encoder: 'eac3', bitrateBps: 192_000 },
      ],
    },
    segment: { type: 'mpegts', durationSec: 2 },
  });
  return packaged(source, profile);
}

describe.runIf(sampleMediaIsThere).each([
  { name: 'SDR in MPEG-TS', make: sdrPackage, videos: 2, hdr: false, frameRate: '23.976' },
  { name: 'HDR10 and SDR in fMP4', make: hdrPackage, videos: 4, hdr: true, frameRate: '29.970' },
])('a master playlist of $name', ({ make, videos, hdr, frameRate }) => {
  let made: Package;
  let variants: types.Variant[] = [];
  beforeAll(async () => {
    made = await make();
    variants = made.master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  });

  const streamOf = async (uri: string | undefined) => {
    const list = await readPlaylist(made.film.folder, uri ?? '');
    return { list, path: await joined(list, join(folder, `${uri?.replaceAll('/', '-')}.bin`)) };
  };

  test('offers every picture with every group of sound', () => {
    expect(made.film.findings).toEqual([]);
    expect(new Set(variants.map(({ uri }) => uri)).size).toBe(videos);
    expect(variants).toHaveLength(videos * 2);
  });

  test('trap 1: BANDWIDTH is the measured peak of picture and largest sound, AVERAGE-BANDWIDTH their mean, within a tenth', async () => {
    for (const variant of variants) {
      const picture = await rates(made.film.folder, variant.uri);
      const sounds = await Promise.all(variant.audio.map(({ uri }) => rates(made.film.folder, uri)));
      const peak = picture.peak + Math.max(...sounds.map((sound) => sound.peak));
      const mean = picture.mean + Math.max(...sounds.map((sound) => sound.mean));
      expect(variant.bandwidth / peak).toBeGreaterThanOrEqual(0.999);
      expect(variant.bandwidth / peak).toBeLessThan(1.1);
      expect(Math.abs((variant.averageBandwidth ?? 0) / mean - 1)).toBeLessThan(0.1);
    }
  });

  test('traps 2 and 3: CODECS is what mp4box reads from the headers of the picture and of its sounds, and nothing else', async () => {
    for (const variant of variants) {
      const streams = await Promise.all([variant.uri, ...variant.audio.map(({ uri }) => uri)].map(streamOf));
      const read = await Promise.all(streams.map(({ path }) => codecByMp4box(path)));
      expect(lowerCase(variant.codecs?.split(',') ?? [])).toEqual(lowerCase([...new Set(read)]));
    }
  });

  test('trap 4: HEVC is hvc1 in fMP4, whatever the profile asks for', async () => {
    for (const { uri } of variants) {
      const { list, path } = await streamOf(uri);
      const probed = await ffprobeJson(path, '-show_entries', 'stream=codec_name,codec_tag_string');
      if (!hdr) {
        expect(list.init).toBeNull();
        expect(probed).toMatchObject({ streams: [{ codec_name: 'h264' }] });
      } else if (uri.includes('SDR')) {
        expect(probed).toMatchObject({ streams: [{ codec_name: 'h264', codec_tag_string: 'avc1' }] });
      } else {
        expect(list.init).not.toBeNull();
        expect(probed).toMatchObject({ streams: [{ codec_name: 'hevc', codec_tag_string: 'hvc1' }] });
      }
    }
  });

  test('trap 12: languages are BCP 47, names are unique, one is the default, and all groups have the same members', () => {
    const groups = mediaGroups(made.text, 'AUDIO');
    expect(groups.size).toBe(2);
    const members = [...groups.values()].map((group) =>
      group.map(({ NAME, LANGUAGE, DEFAULT, AUTOSELECT, CHANNELS }) => ({
        NAME,
        LANGUAGE,
        DEFAULT,
        AUTOSELECT,
        CHANNELS,
      })),
    );
    const expected = hdr
      ? [{ NAME: 'Unknown', LANGUAGE: undefined, DEFAULT: 'YES', AUTOSELECT: 'YES', CHANNELS: '1' }]
      : [
          { NAME: 'English', LANGUAGE: 'en', DEFAULT: 'YES', AUTOSELECT: 'YES', CHANNELS: '2' },
          { NAME: 'German', LANGUAGE: 'de', DEFAULT: 'NO', AUTOSELECT: 'YES', CHANNELS: '2' },
        ];
    expect(members).toEqual([expected, expected]);
  });

  test('trap 13: range, frame rate to three decimals and CLOSED-CAPTIONS=NONE stand on every variant, with I-frame playlists', async () => {
    const lines = made.text.split('\n');
    const streamInfs = lines.filter((line) => line.startsWith('#EXT-X-STREAM-INF:'));
    expect(streamInfs).toHaveLength(variants.length);
    for (const line of streamInfs) {
      expect(line).toContain(`FRAME-RATE=${frameRate},`);
      expect(line).toContain('CLOSED-CAPTIONS=NONE');
    }
    const range = (uri: string) => (hdr && !uri.includes('SDR') ? 'PQ' : 'SDR');
    for (const { uri, videoRange } of made.master.variants) expect([uri, videoRange]).toEqual([uri, range(uri)]);
    for (const { uri } of variants) {
      const { path } = await streamOf(uri);
      const transfer = range(uri) === 'PQ' ? 'smpte2084' : hdr ? 'bt709' : undefined;
      if (transfer === undefined) continue;
      expect(await ffprobeJson(path, '-show_entries', 'stream=color_transfer')).toMatchObject({
        streams: [{ color_transfer: transfer }],
      });
    }

    const trickPlay = made.master.variants.filter(({ isIFrameOnly }) => isIFrameOnly);
    expect(trickPlay.map(({ uri }) => posix.dirname(uri)).sort()).toEqual(
      [...new Set(variants.map(({ uri }) => posix.dirname(uri)))].sort(),
    );
  });

  test('trap 13: every entry of an I-frame playlist is one whole picture that decodes by itself', async () => {
    for (const { uri } of made.master.variants.filter(({ isIFrameOnly }) => isIFrameOnly)) {
      const text = await readFile(join(made.film.folder, uri), 'utf8');
      expect(text).toContain('#EXT-X-I-FRAMES-ONLY');
      const map = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1];
      const file = (name: string) => readFile(join(made.film.folder, posix.dirname(uri), name));
      const entries = [...text.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.+)/g)];
      // Each GOP of a transport stream; in fMP4 only the first of a segment has headers that a range can begin with.
      expect(entries).toHaveLength(hdr ? 3 : 14);
      const [, length, offset, name] = entries.at(-1) ?? [];
      const range = (await file(name ?? '')).subarray(Number(offset), Number(offset) + Number(length));
      const picture = join(folder, 'picture.bin');
      await writeFile(picture, map === undefined ? range : Buffer.concat([await file(map), range]));
      const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', picture, '-f', 'framemd5', '-']);
      expect(stdout.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(1);
    }
  });

  test.runIf(hdr)(
    'trap 13: the mastering display and the light levels are in the HDR pictures and not in the SDR ones',
    async () => {
      for (const { uri } of variants) {
        const { path } = await streamOf(uri);
        const told = JSON.stringify(await ffprobeJson(path, '-show_frames', '-read_intervals', '%+#1'));
        const found = [told.includes('"max_content":1000'), told.includes('"red_x":"34000/50000"')];
        expect([uri, ...found]).toEqual([uri, !uri.includes('SDR'), !uri.includes('SDR')]);
      }
    },
  );

  test.runIf(!hdr)(
    'trap 15: forced and SDH subtitles say so, and none is the default that the source did not flag',
    () => {
      const [group = []] = mediaGroups(made.text, 'SUBTITLES').values();
      const sdh = 'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';
      expect(
        group.map(({ LANGUAGE, DEFAULT, FORCED, CHARACTERISTICS }) => ({ LANGUAGE, DEFAULT, FORCED, CHARACTERISTICS })),
      ).toEqual([
        { LANGUAGE: 'en', DEFAULT: 'NO', FORCED: 'NO', CHARACTERISTICS: undefined },
        { LANGUAGE: 'en', DEFAULT: 'NO', FORCED: 'YES', CHARACTERISTICS: undefined },
        { LANGUAGE: 'en', DEFAULT: 'NO', FORCED: 'NO', CHARACTERISTICS: sdh },
        { LANGUAGE: 'ja', DEFAULT: 'NO', FORCED: 'NO', CHARACTERISTICS: undefined },
      ]);
      expect(new Set(group.map(({ NAME }) => NAME)).size).toBe(4);
    },
  );
});

/**
 * Bits a second of a stream, from the sizes of its files (RFC 8216 4.1): the highest of any run of segments that is
 * between half and one and a half target durations long, and the mean.
 */
async function rates(packageFolder: string, uri: string | undefined): Promise<{ peak: number; mean: number }> {
  const { segments, targetSec } = await readPlaylist(packageFolder, uri ?? '');
  let peak = 0;
  for (let from = 0; from < segments.length; from += 1) {
    let bits = 0;
    let sec = 0;
    for (const segment of segments.slice(from)) {
      bits += segment.bytes * 8;
      sec += segment.durationSec;
      if (sec >= targetSec / 2 && sec <= targetSec * 1.5) peak = Math.max(peak, bits / sec);
    }
  }
  const sum = (of: (segment: (typeof segments)[number]) => number) => segments.reduce((all, one) => all + of(one), 0);
  return { peak, mean: sum(({ bytes }) => bytes * 8) / sum(({ durationSec }) => durationSec) };
}

/** RFC 6381 name of a stream's only track, after FFmpeg has put it into an MP4. */
async function codecByMp4box(path: string): Promise<string> {
  const mp4 = `${path}.mp4`;
  const probed = JSON.stringify(await ffprobeJson(path, '-show_entries', 'stream=codec_name'));
  const tag = probed.includes('"hevc"') ? ['-tag:v', 'hvc1'] : [];
  await ffmpeg('-i', path, '-c', 'copy', ...tag, mp4);
  const file = createFile();
  let codec = '';
  file.onReady = ({ tracks }) => {
    codec = tracks[0]?.codec ?? '';
  };
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(await readFile(mp4)).buffer, 0));
  file.flush();
  return codec;
}

/** EXT-X-MEDIA of one type by GROUP-ID, attributes as written. */
function mediaGroups(master: string, type: string): Map<string, Record<string, string | undefined>[]> {
  const media = [...master.matchAll(/^#EXT-X-MEDIA:(.*)$/gm)]
    .map(([, list = '']) =>
      Object.fromEntries(
        [...list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, key = '', quoted, plain]) => [
          key,
          quoted ?? plain,
        ]),
      ),
    )
    .filter(({ TYPE }) => TYPE === type);
  return Map.groupBy(media, (one) => one['GROUP-ID'] ?? '');
}

/** RFC 6381 lets the digits of `avc1` be written in either case. */
function lowerCase(codecs: readonly string[]): string[] {
  return codecs.map((codec) => codec.toLowerCase()).sort();
}
