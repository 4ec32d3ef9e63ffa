import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clapTimes, longCue, makeClapperFilm } from '#tests/helpers/clapper-film.ts';
import { type EncodedFilm, encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { decodeErrors } from '#tests/helpers/media-tools.ts';
import {
  heardClaps,
  joined,
  packetSpan,
  type ReadPlaylist,
  readMaster,
  readPlaylist,
  seenClaps,
  shownPictures,
} from '#tests/helpers/read-hls.ts';
import { sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

const rate = { num: 24_000, den: 1001 };
const frames = 336;
const claps = clapTimes(rate);
const halfFrameSec = rate.den / rate.num / 2;

let folder = '';
let source = '';
beforeAll(async () => {
  folder = await newFolder();
  if (sampleMediaIsThere) source = await makeClapperFilm(folder, rate);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.runIf(sampleMediaIsThere).each(['mpegts', 'fmp4'] as const)(
  'a film of four chunks with B-frames in %s',
  (type) => {
    type Stream = { list: ReadPlaylist; path: string };
    let film: EncodedFilm;
    let video: Stream[] = [];
    let audio: Stream[] = [];
    let subtitles: ReadPlaylist[] = [];

    beforeAll(async () => {
      const profile = testProfile('hls-universal', {
        video: {
          ladder: [
            { width: 320, height: 180, bitrateBps: 400_000 },
            { width: 160, height: 90, bitrateBps: 150_000 },
          ],
          encoders: ['libx264'],
          preset: 'veryfast',
          rateControl: { mode: 'capped-crf', crf: 28 },
        },
        segment: { type, durationSec: 2 },
        audio: {
          tracks: [
            { encoder: 'aac', bitrateBps: 96_000 },
            { encoder: 'ac3', bitrateBps: 128_000 },
          ],
        },
      });
      film = await encodeFilm(source, join(folder, type), profile);
      const master = await readMaster(film.main);
      const whole = async (uri: string): Promise<Stream> => {
        const list = await readPlaylist(film.folder, uri);
        return { list, path: await joined(list, join(folder, `${type}-${uri.replaceAll('/', '-')}.bin`)) };
      };
      const uris = (of: (string | undefined)[]) => [...new Set(of)].filter((uri) => uri !== undefined);
      video = await Promise.all(
        uris(master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly).map(({ uri }) => uri)).map(whole),
      );
      audio = await Promise.all(uris(master.variants.flatMap((one) => one.audio.map(({ uri }) => uri))).map(whole));
      subtitles = await Promise.all(
        uris(master.variants.flatMap((one) => one.subtitles.map(({ uri }) => uri))).map((uri) =>
          readPlaylist(film.folder, uri),
        ),
      );
    });

    test('is what this file is about: four chunks, two rungs, four sounds, four subtitles, pictures out of order', () => {
      expect(film.plan.tasks.filter(({ chunk }) => chunk !== null)).toHaveLength(4);
      expect([video.length, audio.length, subtitles.length]).toEqual([2, 4, 4]);
      expect(film.findings).toEqual([]);
      expect(film.plan.segmentType).toBe(type);
    });

    test('trap 5: every segment of every rung decodes alone to the very pictures of the whole, cut at the same frames', async () => {
      const cuts: number[][] = [];
      for (const { list, path } of video) {
        const whole = await shownPictures(path);
        const alone = await Promise.all(
          list.segments.map(async (_, i) => shownPictures(await joined(list, `${path}.${i}`, i, i + 1))),
        );
        expect(alone.flat().map(({ md5 }) => md5)).toEqual(whole.map(({ md5 }) => md5));
        cuts.push(alone.map((pictures) => pictures.length));
      }
      expect(cuts).toEqual([
        [48, 48, 48, 48, 48, 48, 48],
        [48, 48, 48, 48, 48, 48, 48],
      ]);
    });

    test('trap 6: every clap is seen and heard at the same moment, in every rung and every language', async () => {
      const start = Math.min(...(await shownPictures(video[0]?.path ?? '')).map(({ sec }) => sec));
      const expected = claps.map((sec) => expect.closeTo(start + sec, 3));
      for (const { path } of video) expect(await seenClaps(path)).toEqual(expected);
      for (const { path } of audio) {
        const heard = await heardClaps(path);
        expect(heard).toHaveLength(claps.length);
        const lag = heard.map((sec, i) => Math.abs(sec - start - (claps[i] ?? 0)));
        expect(Math.max(...lag)).toBeLessThan(0.005);
      }
    });

    test('trap 8: every picture of every rung lies on the frame grid, and none is missing or doubled', async () => {
      for (const { path } of video) {
        const shown = (await shownPictures(path)).map(({ sec }) => sec);
        const first = shown[0] ?? 0;
        const off = shown.map((sec, n) => Math.abs(sec - first - (n * rate.den) / rate.num));
        expect(shown).toHaveLength(frames);
        // A 90 kHz tick is the finest that a transport stream can tell.
        expect(Math.max(...off)).toBeLessThan(1 / 90_000);
        expect(await decodeErrors(path)).toBe('');
      }
    });

    test('trap 9: every subtitle playlist covers the whole film', () => {
      for (const { segments } of subtitles) {
        const covered = segments.reduce((sum, { durationSec }) => sum + durationSec, 0);
        expect(covered).toBeCloseTo((frames * rate.den) / rate.num, 2);
      }
    });

    test('trap 10: the time map of every WebVTT names the real first time of the pictures', async () => {
      const { startSec } = await packetSpan(video[0]?.path ?? '');
      for (const { segments } of subtitles) {
        const map = /^X-TIMESTAMP-MAP=(.*)$/m.exec(await readFile(segments[0]?.path ?? '', 'utf8'))?.[1] ?? '';
        expect(map.split(',').sort()).toEqual(['LOCAL:00:00:00.000', `MPEGTS:${Math.round(startSec * 90_000)}`]);
      }
    });

    test('trap 11: a cue over a seam is in every segment that it is seen in, at its absolute time, with points', async () => {
      expect(subtitles).toHaveLength(4);
      for (const { segments } of subtitles) {
        let at = 0;
        for (const { path, durationSec } of segments) {
          const text = await readFile(path, 'utf8');
          expect(text).toMatch(/^WEBVTT/);
          expect(text).not.toMatch(/\d,\d/);
          const inside = longCue.startSec < at + durationSec && longCue.endSec > at;
          const cue = new RegExp(`^(00:)?00:05\\.500 --> (00:)?00:08\\.250.*\\n.*${longCue.text}`, 'm');
          expect(cue.test(text)).toBe(inside);
          at += durationSec;
        }
      }
    });

    test('trap 14: one target duration, no EXTINF above it, no sliver at the end, and all streams end together', async () => {
      const lists = [...video, ...audio].map(({ list }) => list);
      // Subtitles in one file have the one segment, which RFC 8216 6.2.4 lets differ.
      const targets = new Set(lists.map(({ targetSec }) => targetSec));
      for (const { targetSec, segments } of subtitles)
        expect(targetSec).toBe(Math.round(segments[0]?.durationSec ?? 0));
      expect(targets.size).toBe(1);
      const [target = 0] = targets;
      const filmSec = (frames * rate.den) / rate.num;
      for (const { segments } of lists) {
        const lengths = segments.map(({ durationSec }) => durationSec);
        expect(Math.round(Math.max(...lengths))).toBeLessThanOrEqual(target);
        expect(lengths.at(-1)).toBeGreaterThan(0.5);
        expect(lengths).toHaveLength(7);
      }
      const starts = (await packetSpan(video[0]?.path ?? '')).startSec;
      for (const { path } of video) expect((await packetSpan(path)).endSec - starts).toBeCloseTo(filmSec, 2);
      // A sound packet is 32 ms at most (AC-3), and sound is cut between packets.
      for (const { path } of audio)
        expect(Math.abs((await packetSpan(path)).endSec - starts - filmSec)).toBeLessThan(0.033);
    });

    test.runIf(type === 'fmp4')('trap 7: no init section has an edit list', async () => {
      for (const { list } of [...video, ...audio]) {
        const bytes = await readFile(list.init ?? '');
        const file = createFile();
        file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0));
        expect(file.moov.traks).toHaveLength(1);
        expect(file.moov.traks[0]?.edts).toBeUndefined();
      }
    });

    test.runIf(type === 'mpegts')(
      'trap 7: pictures and sound begin at one time, which no edit list could mend',
      async () => {
        const first = (await packetSpan(video[0]?.path ?? '')).startSec;
        for (const { path } of audio)
          expect(Math.abs((await packetSpan(path)).startSec - first)).toBeLessThan(halfFrameSec * 2);
      },
    );
  },
);
