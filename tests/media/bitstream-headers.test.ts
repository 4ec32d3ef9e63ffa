import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDac3, parseDec3 } from '#main/media/bitstream/ac3.ts';
import { parseAv1Config } from '#main/media/bitstream/av1.ts';
import { codecStringOfTrack } from '#main/media/bitstream/codec-string.ts';
import { isH264Idr, parseAvcConfig, parseH264Sps } from '#main/media/bitstream/h264.ts';
import {
  hevcNalType,
  hevcRandomAccess,
  hevcTypeOf,
  parseHevcConfig,
  parseHevcSps,
  parseHevcVps,
} from '#main/media/bitstream/hevc.ts';
import { parseFragments } from '#main/media/bitstream/mp4-fragment.ts';
import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';
import { lengthPrefixedNals } from '#main/media/bitstream/nal-units.ts';
import { mustParse, readChunkFile } from '#tests/helpers/fmp4-rendition.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encrew-headers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=322x182:r=30000/1001,trim=end_frame=12'];
const sound51 = ['-f', 'lavfi', '-i', 'sine=r=48000:d=0.3', '-ac', '6'];
const hdr = [
  '-pix_fmt',
  'yuv420p10le',
  '-color_primaries',
  'bt2020',
  '-color_trc',
  'smpte2084',
  '-colorspace',
  'bt2020nc',
];
const bt2020Pq = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };

test('H.264: size with crop, sample aspect, rate, colour and interlacing come from the SPS', async () => {
  const anamorphic = [
    '-vf',
    'setsar=16/11',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-colorspace',
    'bt709',
  ];
  const file = await encode('h264', [
    ...picture,
    ...anamorphic,
    '-c:v',
    'libx264',
    '-profile:v',
    'high',
    '-level',
    '4',
  ]);
  const config = mustParse(parseAvcConfig(boxOf(file, 'avcC')));
  expect(mustParse(parseH264Sps(config.sps[0] ?? new Uint8Array()))).toEqual({
    profileIdc: 100,
    constraintFlags: 0,
    levelIdc: 40,
    chromaFormatIdc: 1,
    bitDepth: 8,
    width: 322,
    height: 182,
    framesOnly: true,
    sampleAspect: { num: 16, den: 11 },
    color: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
    frameRate: { num: 60_000, den: 2002 },
  });
  expect(codecStringOfTrack(file.track)).toBe('avc1.640028');
  expect(isH264Idr(mustParse(lengthPrefixedNals(sampleBytes(file, 0), config.lengthBytes)))).toBe(true);
  expect(isH264Idr(mustParse(lengthPrefixedNals(sampleBytes(file, 1), config.lengthBytes)))).toBe(false);
  expectAgreesWithMp4box(file.bytes);
});

test('interlaced H.264 is not all frames, and its height counts both fields', async () => {
  const interlaced = ['-flags', '+ilme+ildct', '-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'tff=1'];
  const file = await encode('interlaced', ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=0.2', ...interlaced]);
  const config = mustParse(parseAvcConfig(boxOf(file, 'avcC')));
  expect(mustParse(parseH264Sps(config.sps[0] ?? new Uint8Array()))).toMatchObject({
    width: 320,
    height: 180,
    framesOnly: false,
  });
});

test('HEVC: profile, size, depth, colour and closed or open GOPs', async () => {
  const x265 = 'keyint=4:min-keyint=4:scenecut=0:bframes=2:log-level=none';
  for (const [gop, second] of [
    ['open-gop=0', 'idr'],
    ['open-gop=1', 'cra'],
  ]) {
    const coding = ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-x265-params', `${x265}:${gop}`];
    const file = await encode('hevc', [...picture, ...hdr, ...coding]);
    const config = mustParse(parseHevcConfig(boxOf(file, 'hvcC')));
    const sps = config.nals.find((nal) => hevcTypeOf(nal) === hevcNalType.sps) ?? new Uint8Array();
    const vps = config.nals.find((nal) => hevcTypeOf(nal) === hevcNalType.vps) ?? new Uint8Array();
    expect(mustParse(parseHevcSps(sps))).toEqual({
      profileTierLevel: config.profileTierLevel,
      chromaFormatIdc: 1,
      bitDepth: 10,
      width: 322,
      height: 182,
      sampleAspect: { num: 1, den: 1 },
      color: bt2020Pq,
      frameRate: { num: 30_000, den: 1001 },
    });
    expect(mustParse(parseHevcVps(vps))).toEqual(config.profileTierLevel);
    expect(codecStringOfTrack(file.track)).toBe('hvc1.2.4.L60.90');
    const kinds = Array.from({ length: file.samples.count }, (_, i) =>
      hevcRandomAccess(mustParse(lengthPrefixedNals(sampleBytes(file, i), config.lengthBytes))),
    );
    expect(kinds.filter((kind) => kind !== null).slice(0, 2)).toEqual(['idr', second]);
    expectAgreesWithMp4box(file.bytes);
  }
});

test('AV1: sequence header and codec string with its colour part', async () => {
  const file = await encode('av1', [...picture, ...hdr, '-c:v', 'libsvtav1', '-preset', '12']);
  expect(mustParse(parseAv1Config(boxOf(file, 'av1C')))).toMatchObject({
    profile: 0,
    tier: 'main',
    bitDepth: 10,
    monochrome: false,
    width: 322,
    height: 182,
    color: bt2020Pq,
  });
  expect(codecStringOfTrack(file.track)).toBe('av01.0.00M.10.0.110.09.16.09.0');
});

test('sound: codec strings and channels are those of the stream, not the placeholder of the entry', async () => {
  const found: Record<string, string | null> = {};
  for (const encoder of ['aac', 'ac3', 'eac3', 'libopus', 'flac']) {
    const file = await encode(encoder, [...sound51, '-c:a', encoder, '-strict', '-2']);
    found[encoder] = codecStringOfTrack(file.track);
    if (encoder === 'ac3') expect(parseDac3(boxOf(file, 'dac3'))).toMatchObject({ value: { channels: 6, lfe: true } });
    if (encoder === 'eac3')
      expect(parseDec3(boxOf(file, 'dec3'))).toMatchObject({ value: { channels: 6, atmos: false } });
    if (encoder !== 'flac') expectAgreesWithMp4box(file.bytes);
  }
  expect(found).toEqual({ aac: 'mp4a.40.2', ac3: 'ac-3', eac3: 'ec-3', libopus: 'Opus', flac: 'fLaC' });
});

test('a damaged movie is a fault or a movie, never a crash, a hang or a heap of memory', async () => {
  const file = await encode('damaged', [
    ...picture,
    ...sound51,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
  ]);
  const moovAt = file.bytes.findIndex((_, i) => String.fromCharCode(...file.bytes.subarray(i, i + 4)) === 'moov') - 4;
  const moov = file.bytes.slice(moovAt);
  expect(parseMovie(moov).ok).toBe(true);
  for (let at = 4; at < moov.length; at++) {
    for (const value of [0x00, 0x7f, 0xff]) {
      const damaged = moov.slice();
      damaged[at] = value;
      readEverything(damaged);
    }
    if (at % 7 === 0) readEverything(moov.slice(0, at));
  }
}, 120_000);

/** Only `Parsed` values come back: anything thrown fails the test. */
function readEverything(bytes: Uint8Array): void {
  const movie = parseMovie(bytes);
  parseFragments(bytes);
  if (!movie.ok) return;
  for (const track of movie.value.tracks) {
    samplesOf(track);
    codecStringOfTrack(track);
  }
}

async function encode(name: string, argv: string[]) {
  const path = join(folder, `${name}.mp4`);
  await ffmpeg(...argv, path);
  return readChunkFile(path);
}

type Encoded = ReturnType<typeof readChunkFile>;

function boxOf(file: Encoded, type: string): Uint8Array {
  return file.track.entries[0]?.boxes.get(type) ?? new Uint8Array();
}

function sampleBytes(file: Encoded, i: number): Uint8Array {
  const from = file.samples.offset[i] ?? 0;
  return file.bytes.subarray(from, from + (file.samples.sizeBytes[i] ?? 0));
}

function expectAgreesWithMp4box(bytes: Uint8Array): void {
  const file = createFile();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes.slice().buffer, 0));
  file.flush();
  const movie = mustParse(parseMovie(bytes));
  for (const track of movie.tracks) {
    const theirs = file.getTrackById(track.id);
    const ours = mustParse(samplesOf(track));
    expect(
      theirs.samples.map(({ offset, size, dts, cts, duration, is_sync }) => [
        offset,
        size,
        dts,
        cts,
        duration,
        is_sync,
      ]),
    ).toEqual(
      Array.from({ length: ours.count }, (_, i) => [
        ours.offset[i],
        ours.sizeBytes[i],
        ours.dts[i],
        (ours.dts[i] ?? 0) + (ours.ctsOffset[i] ?? 0),
        ours.durationTicks[i],
        ours.sync[i] === 1,
      ]),
    );
    const codec = file.getInfo().tracks.find(({ id }) => id === track.id)?.codec;
    expect(codecStringOfTrack(track)?.toLowerCase()).toBe(codec?.toLowerCase());
  }
}
