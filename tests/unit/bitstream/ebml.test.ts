import { expect, test } from 'vitest';
import { ebmlElements, ebmlFloat, ebmlText, ebmlUnsigned, readEbmlHeader } from '#main/media/bitstream/ebml.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

test('elements of every ID and size length are found, and read', () => {
  const bytes = hexBytes('ec 82 ffff 4282 85 77656 26d00 2ad7b1 4003 0f4240 4489 88 4059000000000000');
  const elements = ebmlElements(bytes);
  expect(elements.map(({ id, bodyStart, end }) => [id, bodyStart, end])).toEqual([
    [0xec, 2, 4],
    [0x4282, 7, 12],
    [0x2ad7b1, 17, 20],
    [0x4489, 23, 31],
  ]);
  const [, text, scale, duration] = elements;
  expect(text && ebmlText(bytes, text)).toBe('webm');
  expect(scale && ebmlUnsigned(bytes, scale)).toBe(1_000_000);
  expect(duration && ebmlFloat(bytes, duration)).toBe(100);
});

test('an unknown size is null, and damage is told', () => {
  expect(readEbmlHeader(hexBytes('1f43b675 01ffffffffffffff'))).toEqual({
    ok: true,
    value: { id: 0x1f43b675, headerBytes: 12, bodyBytes: null },
  });
  expect(readEbmlHeader(hexBytes('08'))).toMatchObject({ ok: false, fault: { code: 'bad-value' } });
  expect(readEbmlHeader(hexBytes('1f43'))).toMatchObject({ ok: false, fault: { code: 'cut-short' } });
  expect(readEbmlHeader(hexBytes('ec 00'))).toMatchObject({ ok: false, fault: { code: 'bad-value' } });
  expect(readEbmlHeader(hexBytes('ec 01fffffffffffffe'))).toMatchObject({ ok: false, fault: { code: 'bad-size' } });
});

test('an element that ends beyond the data ends the list', () => {
  expect(ebmlElements(hexBytes('ec 81 00 ec 85 00'))).toHaveLength(1);
});
