import { expect, test } from 'vitest';
import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import { box, fullBox, latin1, u16, u32, zeros } from '#main/media/package/fmp4/box-writer.ts';
import { initSegment } from '#main/media/package/fmp4/init-segment.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

const colr = box('colr', latin1('nclx'), u16(9, 16, 9), Uint8Array.of(0));
const mdcv = box('mdcv', u16(13_250, 34_500, 7_500, 3_000, 34_000, 16_000, 15_635, 16_450), u32(10_000_000, 50));
const clli = box('clli', u16(1000, 400));
const pasp = box('pasp', u32(16, 11));
/** Profile 8, level 6, RPU and base layer, compatible with HDR10. */
const dvvC = box('dvvC', hexBytes('01 00 10 35 10'), zeros(19));

const childBoxes = [box('hvcC', hexBytes('01')), colr, mdcv, clli, pasp, dvvC];
const visualEntry = box('hvc1', zeros(6), u16(1), zeros(16), u16(3840, 2160), zeros(50), ...childBoxes);

test('an HDR picture track: colour, mastering display, light levels, aspect and Dolby Vision', () => {
  const init = initSegment({
    id: 3,
    handler: 'vide',
    timescale: 24_000,
    stsd: fullBox('stsd', 0, 0, u32(1), visualEntry),
    width: 5585.5,
    height: 2160,
    language: 'deu',
  });
  const movie = parseMovie(init);
  expect(movie).toMatchObject({ ok: true, value: { timescale: 1000, durationTicks: null } });
  if (!movie.ok) return;
  const [track] = movie.value.tracks;
  expect(track).toMatchObject({ id: 3, handler: 'vide', timescale: 24_000, language: 'deu', edits: [], width: 5585.5 });
  expect(track?.entries).toEqual([
    {
      type: 'hvc1',
      width: 3840,
      height: 2160,
      channels: null,
      sampleRateHz: null,
      boxes: expect.any(Map),
      color: { primaries: 9, transfer: 16, matrix: 9, fullRange: false },
      pixelAspect: { num: 16, den: 11 },
      masteringDisplay: {
        redX: 0.68,
        redY: 0.32,
        greenX: 0.265,
        greenY: 0.69,
        blueX: 0.15,
        blueY: 0.06,
        whiteX: 0.3127,
        whiteY: 0.329,
        minNits: 0.005,
        maxNits: 1000,
      },
      contentLight: { maxCll: 1000, maxFall: 400 },
      dolbyVision: { profile: 8, level: 6, hasRpu: true, hasEnhancementLayer: false, compatibilityId: 1 },
    },
  ]);
});

test('sound has its channels and rate, and a language that is none is und', () => {
  const entry = box('mp4a', zeros(6), u16(1), zeros(8), u16(2, 16), zeros(4), u32(48_000 * 65_536));
  const stsd = fullBox('stsd', 0, 0, u32(1), entry);
  const sound = { id: 1, handler: 'soun' as const, timescale: 48_000, stsd, width: 0, height: 0, language: 'English' };
  const movie = parseMovie(initSegment(sound));
  const track = movie.ok ? movie.value.tracks[0] : undefined;
  expect(track?.language).toBeNull();
  expect(track?.entries[0]).toMatchObject({ type: 'mp4a', channels: 2, sampleRateHz: 48_000 });
  expect(track?.stsd).toEqual(stsd);
});

test('no moov, an empty moov and foreign bytes are told apart', () => {
  const codeOf = (bytes: Uint8Array) => {
    const movie = parseMovie(bytes);
    return movie.ok ? null : movie.fault.code;
  };
  expect(codeOf(box('ftyp', latin1('isom'), u32(0)))).toBe('missing');
  expect(codeOf(box('moov'))).toBe('missing');
  expect(codeOf(hexBytes('1a45dfa3 01000000 00000023'))).toBe('cut-short');
  expect(codeOf(new Uint8Array())).toBe('missing');
});
