import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, type ISOFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseFragments } from '#main/media/bitstream/mp4-fragment.ts';
import { parseBrands, parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import type { FragmentTrack } from '#main/media/package/fmp4/fragment-track.ts';
import { sharedSampleDescription } from '#main/media/package/fmp4/sample-description.ts';
import { cutAudio, cutVideo } from '#main/media/package/fmp4/segment-cuts.ts';
import { audioTimeline, videoTimeline } from '#main/media/package/fmp4/timeline.ts';
import { type ChunkFile, mustParse, readChunkFile, writeRendition } from '#tests/helpers/fmp4-rendition.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';

const rate = { num: 30_000, den: 1001 };
const chunkFrames = [45, 30];
const gop = 15;
const allFrames = 75;
/** Room for the deepest reordering of the encoders below. */
const originFrames = 3;
const originTicks = originFrames * rate.den;
const soundOriginTicks = Math.round((originTicks * 48_000) / rate.num);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encrew-fmp4-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const encoders = {
  libx264: ['-preset', 'ultrafast', '-bf', '3', '-sc_threshold', '0'],
  libx265: ['-preset', 'ultrafast', '-tag:v', 'hvc1', '-x265-params', 'bframes=3:open-gop=0:scenecut=0:log-level=none'],
  libsvtav1: ['-preset', '12'],
};

describe.each(Object.entries(encoders))('two chunks of %s', (encoder, options) => {
  test('join without a seam: every picture on the frame grid from 0 on, and decoded as in the chunks', async () => {
    const paths = await encodeChunks(encoder, options);
    const chunks = paths.map(readChunkFile);
    const path = join(folder, `${encoder}.mp4`);
    writeFileSync(path, videoRendition(chunks));

    const grid = Array.from({ length: allFrames }, (_, frame) => originTicks + frame * rate.den);
    const packets = await probePackets(path);
    expect(packets.map((packet) => packet.pts).sort((a, b) => a - b)).toEqual(grid);
    expect(
      packets.every((packet, i) => packet.dts <= packet.pts && packet.dts === (packets[0]?.dts ?? 0) + i * 1001),
    ).toBe(true);
    expect(packets.flatMap((packet, i) => (packet.flags.startsWith('K') ? [i] : []))).toEqual([0, 15, 30, 45, 60]);

    expect(await decodeErrors(path, '-ignore_editlist', '1')).toBe('');
    const joined = await pictureHashes(path);
    const apart = (await Promise.all(paths.map((chunk) => pictureHashes(chunk)))).flat();
    expect(joined.map((picture) => picture.hash)).toEqual(apart.map((picture) => picture.hash));
    expect(joined.map((picture) => picture.pts)).toEqual(grid);
  });

  test('read by mp4box: the same times, sizes and sync samples as we wrote', () => {
    const path = join(folder, `${encoder}.mp4`);
    const bytes = readBytes(path);
    const samples = readByMp4box(bytes).getTrackById(1).samples;
    const ours = mustParse(parseFragments(bytes)).flatMap((fragment) =>
      fragment.tracks.flatMap(({ samples: run }) =>
        Array.from({ length: run.count }, (_, i) => ({
          offset: run.offset[i],
          size: run.sizeBytes[i],
          dts: run.dts[i],
          cts: (run.dts[i] ?? 0) + (run.ctsOffset[i] ?? 0),
          duration: run.durationTicks[i],
          is_sync: run.sync[i] === 1,
        })),
      ),
    );
    expect(
      samples.map(({ offset, size, dts, cts, duration, is_sync }) => ({ offset, size, dts, cts, duration, is_sync })),
    ).toEqual(ours);
    expect(ours).toHaveLength(allFrames);
  });
});

test('an init segment has no edit list and keeps the size, the language and the sample description', async () => {
  const [chunk] = (await encodeChunks('libx264', encoders.libx264)).map(readChunkFile);
  if (chunk === undefined) throw new Error('no chunk');
  const init = videoRendition([chunk]);
  const movie = mustParse(parseMovie(init));
  expect(mustParse(parseBrands(init))).toEqual({
    major: 'iso6',
    minorVersion: 0,
    compatible: ['iso6', 'cmfc', 'mp41'],
  });
  expect(movie.fragmentDefaults).toEqual([{ trackId: 1, durationTicks: 0, sizeBytes: 0, flags: 0 }]);
  const [track] = movie.tracks;
  expect(track).toMatchObject({ edits: [], width: 128, height: 72, language: 'jpn', timescale: 30_000, enabled: true });
  expect(track?.entries[0]?.boxes.get('avcC')).toEqual(chunk.track.entries[0]?.boxes.get('avcC'));
  expect(track?.entries[0]?.boxes.has('btrt')).toBe(false);
});

test('chunks whose headers differ are not joined', async () => {
  const [one] = (await encodeChunks('libx264', encoders.libx264)).map(readChunkFile);
  const [other] = (await encodeChunks('libx264', [...encoders.libx264, '-level', '5'])).map(readChunkFile);
  if (one === undefined || other === undefined) throw new Error('no chunks');
  expect(sharedSampleDescription([one.track, one.track, other.track])).toEqual({
    ok: false,
    fault: { code: 'descriptions-differ', source: 2 },
  });
});

const silenceButForAClick = "aevalsrc='if(between(t,1,1.0005),0.9,0)':s=48000:d=2.7";

describe.each([
  // Samples of priming that share a packet with the first content.
  { encoder: 'aac', primingInside: 0 },
  { encoder: 'ac3', primingInside: 256 },
  { encoder: 'eac3', primingInside: 256 },
  { encoder: 'libopus', primingInside: 312 },
  { encoder: 'flac', primingInside: 0 },
])('sound by $encoder', ({ encoder, primingInside }) => {
  test.each([0, soundOriginTicks])(
    'keeps a click at one second, with the title starting at %i',
    async (originTicks) => {
      const source = join(folder, `${encoder}.mp4`);
      await ffmpeg('-f', 'lavfi', '-i', silenceButForAClick, '-c:a', encoder, '-strict', '-2', source);
      const file = readChunkFile(source);
      const audio = { ...file.track, samples: file.samples, movieTimescale: file.movie.timescale };
      const timeline = audioTimeline(audio, originTicks);
      if (!timeline.ok) throw new Error(timeline.fault.code);
      const boundaries = [0, 30, 60].map((frame) => ({ ticks: frame * rate.den, timescale: rate.num }));
      const cuts = cutAudio(timeline.samples, { timescale: 48_000, originTicks, boundaries });
      const path = join(folder, `${encoder}-${originTicks}.mp4`);
      writeFileSync(path, writeRendition(fragmentTrack(file, 'soun'), timeline.samples, cuts, [file.bytes]));

      const packets = (await probePackets(path)).map((packet) => packet.pts);
      expect(packets[0]).toBe(Math.max(0, originTicks - primingInside));
      expect(gaps(readBytes(path), packets[0] ?? 0)).toEqual([]);
      // All but the first packet are exactly where FFmpeg has them when it honours the source's edit list.
      const original = (await probePackets(source, true)).map((packet) => packet.pts + originTicks);
      expect(packets.slice(1)).toEqual(original.slice(original.length - packets.length + 1));
      expect(await decodeErrors(path, '-ignore_editlist', '1')).toBe('');
      expect((await clickSec(path)) - originTicks / 48_000).toBeCloseTo(1, 3);
      // Segments start with the first packet at or after the boundaries 0, 1.001 and 2.002 s; the longest packet (FLAC) has 96 ms.
      const lateness = cuts.map((cut, i) => (cut.startTicks - originTicks) / 48_000 - i * 1.001);
      expect(lateness).toHaveLength(3);
      expect(lateness.slice(1).every((sec) => sec >= 0 && sec < 0.096)).toBe(true);
    },
  );
});

async function encodeChunks(encoder: string, options: string[]): Promise<string[]> {
  const paths: string[] = [];
  let start = 0;
  for (const [i, frames] of chunkFrames.entries()) {
    const path = join(folder, `${encoder}-${i}.mp4`);
    const source = `testsrc2=s=128x72:r=30000/1001,trim=start_frame=${start}:end_frame=${start + frames},setpts=PTS-STARTPTS`;
    const input = ['-f', 'lavfi', '-i', source];
    const coding = ['-pix_fmt', 'yuv420p', '-c:v', encoder, '-g', String(gop), ...options];
    await ffmpeg(...input, ...coding, '-video_track_timescale', '30000', '-metadata:s:v', 'language=jpn', path);
    paths.push(path);
    start += frames;
  }
  return paths;
}

function videoRendition(chunks: ChunkFile[]): Uint8Array {
  const [first] = chunks;
  if (first === undefined) throw new Error('no chunk');
  const timeline = videoTimeline(
    chunks.map(({ track, samples }, i) => ({ timescale: track.timescale, samples, frameCount: chunkFrames[i] ?? 0 })),
    rate,
    originTicks,
  );
  if (!timeline.ok) throw new Error(JSON.stringify(timeline.fault));
  const starts = [0, 30, 45, 60].filter((frame) => frame < timeline.samples.length);
  const cuts = cutVideo(timeline.samples, starts);
  if (!cuts.ok) throw new Error(JSON.stringify(cuts.fault));
  const description = sharedSampleDescription(chunks.map((chunk) => chunk.track));
  if (!description.ok) throw new Error(JSON.stringify(description.fault));
  const track = { ...fragmentTrack(first, 'vide'), timescale: rate.num, stsd: description.stsd };
  return writeRendition(
    track,
    timeline.samples,
    cuts.segments,
    chunks.map((chunk) => chunk.bytes),
  );
}

function fragmentTrack(chunk: ChunkFile, handler: 'vide' | 'soun'): FragmentTrack {
  const { timescale, stsd, width, height, language } = chunk.track;
  return { id: 1, handler, timescale, stsd, width, height, language };
}

const packetList = z.object({
  packets: z.array(z.object({ pts: z.number(), dts: z.number(), flags: z.string() })),
});

async function probePackets(path: string, honourEdits = false) {
  const edits = honourEdits ? [] : ['-ignore_editlist', '1'];
  return packetList.parse(await ffprobeJson(path, ...edits, '-show_packets')).packets;
}

/** Each decoded picture's time and hash, in presentation order. */
async function pictureHashes(path: string): Promise<{ pts: number; hash: string }[]> {
  const text = await ffmpeg(
    '-copyts',
    '-i',
    path,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '1:30000',
    '-f',
    'framemd5',
    '-',
  );
  return text
    .split('\n')
    .filter((line) => line.startsWith('0,'))
    .map((line) => line.split(',').map((field) => field.trim()))
    .map((fields) => ({ pts: Number(fields[2]), hash: fields[5] ?? '' }));
}

/** Time of the loudest decoded sample. */
async function clickSec(path: string): Promise<number> {
  const frames = z
    .object({ frames: z.array(z.object({ pts_time: z.coerce.number(), nb_samples: z.number() })) })
    .parse(await ffprobeJson(path, '-ignore_editlist', '1', '-show_frames')).frames;
  const raw = join(folder, 'click.f32');
  await ffmpeg('-ignore_editlist', '1', '-i', path, '-f', 'f32le', '-ac', '1', raw);
  const bytes = readBytes(raw);
  const sound = new Float32Array(bytes.slice().buffer);
  let loudest = 0;
  for (let i = 1; i < sound.length; i++) {
    if (Math.abs(sound[i] ?? 0) > Math.abs(sound[loudest] ?? 0)) loudest = i;
  }
  let before = 0;
  for (const frame of frames) {
    if (loudest < before + frame.nb_samples) return frame.pts_time + (loudest - before) / 48_000;
    before += frame.nb_samples;
  }
  return Number.NaN;
}

function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** Where a fragmented track's decoding times do not follow from the durations before them. */
function gaps(bytes: Uint8Array, startTicks: number): { expected: number; found: number | null }[] {
  const found: { expected: number; found: number | null }[] = [];
  let expected = startTicks;
  for (const fragment of mustParse(parseFragments(bytes))) {
    for (const { baseDecodeTime, samples } of fragment.tracks) {
      if (baseDecodeTime !== expected) found.push({ expected, found: baseDecodeTime });
      expected = samples.durationTicks.reduce((sum, duration) => sum + duration, baseDecodeTime ?? 0);
    }
  }
  return found;
}

function readByMp4box(bytes: Uint8Array): ISOFile {
  const file = createFile();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes.slice().buffer, 0));
  file.flush();
  return file;
}
