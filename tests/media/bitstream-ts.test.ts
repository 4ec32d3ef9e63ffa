import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { tsIFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { parseTsSegment } from '#main/media/bitstream/mpegts.ts';
import { codecStringOfTsStream } from '#main/media/bitstream/ts-codec-string.ts';
import { mustParse } from '#tests/helpers/fmp4-rendition.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';

let folder: string;
let path: string;
let bytes: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encrew-ts-'));
  path = join(folder, 'all.ts');
  const video = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'];
  const sounds = ['aac', 'ac3', 'eac3'].flatMap((encoder, i) => [`-c:a:${i}`, encoder]);
  await ffmpeg(
    ...video,
    ...['a', 'b', 'c'].flatMap(() => ['-f', 'lavfi', '-i', 'sine=r=48000:d=2']),
    ...[0, 1, 2, 3].flatMap((input) => ['-map', String(input)]),
    ...sounds,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-level',
    '3.1',
    '-bf',
    '2',
    '-g',
    '25',
    '-metadata:s:a:0',
    'language=jpn',
    path,
  );
  bytes = new Uint8Array(readFileSync(path));
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('streams, languages and codec strings of a segment', () => {
  const segment = mustParse(parseTsSegment(bytes));
  expect(
    segment.streams.map((stream) => [stream.codec, stream.language, codecStringOfTsStream(bytes, segment, stream)]),
  ).toEqual([
    ['h264', null, 'avc1.4D401F'],
    ['aac', 'jpn', 'mp4a.40.2'],
    ['ac-3', null, 'ac-3'],
    ['ec-3', null, 'ec-3'],
  ]);
  expect({ faults: segment.continuityFaults, fault: segment.fault, cut: segment.endsInsidePacket }).toEqual({
    faults: [],
    fault: null,
    cut: false,
  });
});

test('every picture has the time, the place and the flag that ffprobe sees', async () => {
  const { packets } = z
    .object({
      packets: z.array(z.object({ pts: z.number(), dts: z.number(), pos: z.coerce.number(), flags: z.string() })),
    })
    .parse(await ffprobeJson(path, '-select_streams', 'v', '-show_packets'));
  const segment = mustParse(parseTsSegment(bytes));
  const pictures = segment.units.filter((unit) => unit.pid === segment.streams[0]?.pid);
  expect(pictures.map(({ pts, dts, byteStart, randomAccess }) => [pts, dts ?? pts, byteStart, randomAccess])).toEqual(
    packets.map(({ pts, dts, pos, flags }) => [pts, dts, pos, flags.startsWith('K')]),
  );
  expect(pictures).toHaveLength(50);
});

test('the head of a segment is read like the whole, as far as it goes', () => {
  const whole = mustParse(parseTsSegment(bytes));
  const head = mustParse(parseTsSegment(bytes.subarray(0, 30_001)));
  expect(head.endsInsidePacket).toBe(true);
  expect(head.streams).toEqual(whole.streams);
  const complete = head.units.slice(0, 2);
  expect(complete).toEqual(whole.units.slice(0, 2));
});

test('a lost packet is a continuity fault at its place, and lost sync ends the scan', () => {
  const segment = mustParse(parseTsSegment(bytes));
  const lostAt = (segment.units[3]?.byteStart ?? 0) + 188;
  const lost = new Uint8Array(Buffer.concat([bytes.subarray(0, lostAt), bytes.subarray(lostAt + 188)]));
  expect(mustParse(parseTsSegment(lost)).continuityFaults).toHaveLength(1);

  const garbled = bytes.slice();
  garbled[188 * 100] = 0;
  expect(mustParse(parseTsSegment(garbled))).toMatchObject({
    packetCount: 100,
    fault: { code: 'bad-value', atByte: 18_800 },
  });
  expect(parseTsSegment(new Uint8Array(1000))).toMatchObject({ ok: false, fault: { code: 'bad-value' } });
  expect(parseTsSegment(bytes.subarray(188 * 3, 188 * 60))).toMatchObject({ ok: false, fault: { code: 'missing' } });
});

test('an I-frame range is a transport stream of its own that shows one picture', async () => {
  const ranges = mustParse(tsIFrameRanges(bytes));
  const first = ranges[0] ?? { offsetBytes: 0, sizeBytes: 0, ptsTicks: 0 };
  const alone = join(folder, 'i-frame.ts');
  writeFileSync(alone, bytes.subarray(first.offsetBytes, first.offsetBytes + first.sizeBytes));
  const { frames } = z
    .object({ frames: z.array(z.object({ pict_type: z.string(), pts: z.number() })) })
    .parse(await ffprobeJson(alone, '-select_streams', 'v', '-show_frames', '-show_entries', 'frame=pict_type,pts'));
  expect(frames).toEqual([{ pict_type: 'I', pts: first.ptsTicks }]);
  expect(await decodeErrors(alone, '-f', 'mpegts')).toBe('');
});

test('damage anywhere in the first packets is a value, never a crash', () => {
  const head = bytes.slice(0, 188 * 20);
  for (let at = 0; at < head.length; at++) {
    for (const value of [0x00, 0x47, 0xff]) {
      const damaged = head.slice();
      damaged[at] = value;
      const segment = parseTsSegment(damaged);
      if (segment.ok) for (const stream of segment.value.streams) codecStringOfTsStream(damaged, segment.value, stream);
      tsIFrameRanges(damaged);
    }
  }
});
