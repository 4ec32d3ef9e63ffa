import { expect, test } from 'vitest';
import { parseAacConfig, parseAdtsHeader } from '#main/media/bitstream/aac.ts';
import { parseAc3Frame, parseDac3, parseDec3 } from '#main/media/bitstream/ac3.ts';
import { parseFlacConfig, parseOpusConfig } from '#main/media/bitstream/opus-flac.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

test('HE-AAC v2 has a core of half the rate and one channel', () => {
  expect(parseAacConfig(hexBytes('eb 8a 08 00'))).toEqual({
    ok: true,
    value: {
      objectType: 29,
      sampleRateHz: 22_050,
      outputSampleRateHz: 44_100,
      channels: 1,
      sbr: true,
      parametricStereo: true,
    },
  });
});

test('an ADTS header tells rate, channels and length', () => {
  expect(parseAdtsHeader(hexBytes('ff f1 4c 80 2e 7f fc'))).toEqual({
    ok: true,
    value: { objectType: 2, sampleRateHz: 48_000, channels: 2, headerBytes: 7, frameBytes: 371, samples: 1024 },
  });
  expect(parseAdtsHeader(hexBytes('ff f1 4c'))).toMatchObject({ ok: false, fault: { code: 'cut-short' } });
  expect(parseAdtsHeader(hexBytes('0b 77 00 00 00 00 00'))).toMatchObject({ fault: { code: 'bad-value' } });
});

test('AC-3 5.1 at 448 kbit/s: frame and dac3 agree', () => {
  const common = { codec: 'ac-3', sampleRateHz: 48_000, channels: 6, lfe: true, samples: 1536, atmos: false };
  expect(parseAc3Frame(hexBytes('0b77 0000 1e 40 e1 00'))).toEqual({
    ok: true,
    value: { ...common, frameBytes: 1792 },
  });
  expect(parseDac3(hexBytes('10 3d e0'))).toEqual({ ok: true, value: { ...common, frameBytes: null } });
});

test('the Atmos extension of dec3 is seen, and its absence too', () => {
  const info = { codec: 'ec-3', sampleRateHz: 48_000, channels: 6, lfe: true, frameBytes: null, samples: 1536 };
  expect(parseDec3(hexBytes('18 00 20 0f 00 01 10'))).toEqual({ ok: true, value: { ...info, atmos: true } });
  expect(parseDec3(hexBytes('18 00 20 0f 00'))).toEqual({ ok: true, value: { ...info, atmos: false } });
});

test('E-AC-3 7.1 is a 5.1 frame and a dependent one with the rear pair', () => {
  const independent = '0b77 0007 3f 87c0 000000000000000000';
  const rearPair = '0b77 4007 34 87d0 2000 00000000000000';
  const info = { codec: 'ec-3', sampleRateHz: 48_000, lfe: true, samples: 1536 };
  expect(parseAc3Frame(hexBytes(independent))).toEqual({
    ok: true,
    value: { ...info, channels: 6, frameBytes: 16, atmos: null },
  });
  expect(parseAc3Frame(hexBytes(independent + rearPair + independent))).toEqual({
    ok: true,
    value: { ...info, channels: 8, frameBytes: 16, atmos: null },
  });
  expect(parseDec3(hexBytes('18 00 20 0f 02 02'))).toEqual({
    ok: true,
    value: { ...info, channels: 8, frameBytes: null, atmos: false },
  });
});

test('Opus and FLAC records', () => {
  expect(parseOpusConfig(hexBytes('00 02 0138 0000bb80 0000 00'))).toEqual({
    ok: true,
    value: { channels: 2, preSkip: 312, inputSampleRateHz: 48_000 },
  });
  expect(parseFlacConfig(hexBytes('00000000 80000022 1000 1000 000000 000000 0bb802f0'))).toEqual({
    ok: true,
    value: { sampleRateHz: 48_000, channels: 2, bitDepth: 16 },
  });
});
