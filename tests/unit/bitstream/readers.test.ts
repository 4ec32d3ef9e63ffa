import { expect, test } from 'vitest';
import { BitReader, withoutEmulationPrevention } from '#main/media/bitstream/bit-reader.ts';
import { ByteReader } from '#main/media/bitstream/byte-reader.ts';
import { attempt } from '#main/media/bitstream/parsed.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

test('bytes are read big-endian, and only inside their range', () => {
  const reader = new ByteReader(hexBytes('00 01 0002 000003 00000004 0000000500000006 fffffffe 61766331 aa'), 1, 27);
  expect([reader.u8(), reader.u16(), reader.u24(), reader.u32(), reader.u64(), reader.i32(), reader.fourCc()]).toEqual([
    1,
    2,
    3,
    4,
    5 * 2 ** 32 + 6,
    -2,
    'avc1',
  ]);
  expect(reader.remaining).toBe(0);
  expect(attempt(() => reader.u8())).toEqual({
    ok: false,
    fault: { code: 'cut-short', atByte: 27, detail: '1 bytes wanted, 0 left' },
  });
});

test('a 64-bit number that no file can mean is damage, and a negative one is read as such', () => {
  expect(attempt(() => new ByteReader(hexBytes('7fffffffffffffff')).u64())).toMatchObject({
    ok: false,
    fault: { code: 'bad-value' },
  });
  expect(new ByteReader(hexBytes('fffffffffffffbff')).i64()).toBe(-1025);
});

test('an error that is not damage passes through', () => {
  const defect = () => {
    throw new RangeError('ours');
  };
  expect(() => attempt(defect)).toThrow(RangeError);
});

test('Exp-Golomb codes follow the table of H.264 9.1', () => {
  // 1, 010, 011, 00100, 00101, 00110, 00111
  const bits = () => new BitReader(hexBytes('a6 42 98 e0'));
  const unsigned = bits();
  expect(Array.from({ length: 7 }, () => unsigned.unsignedExpGolomb())).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const signed = bits();
  expect(Array.from({ length: 7 }, () => signed.signedExpGolomb() + 0)).toEqual([0, 1, -1, 2, -2, 3, -3]);
});

test('a bit field beyond the data and an endless Exp-Golomb code are damage', () => {
  expect(attempt(() => new BitReader(hexBytes('ff')).bits(9))).toMatchObject({ fault: { code: 'cut-short' } });
  expect(attempt(() => new BitReader(new Uint8Array(8)).unsignedExpGolomb())).toMatchObject({
    fault: { code: 'bad-value' },
  });
  expect(new BitReader(hexBytes('ffffffff')).bits(32)).toBe(0xffff_ffff);
});

test('emulation prevention bytes are left out, and only those', () => {
  expect(withoutEmulationPrevention(hexBytes('00 00 03 01 00 00 03 00 00 03 03 00 03'))).toEqual(
    hexBytes('00 00 01 00 00 00 00 03 00 03'),
  );
});
