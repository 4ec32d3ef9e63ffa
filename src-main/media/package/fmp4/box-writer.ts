/** One piece of a box's body: bytes as they are, a whole other box among them. */
export type BoxPart = Uint8Array;

/** A box of ISO/IEC 14496-12 with a 32-bit size. */
export function box(type: string, ...parts: readonly BoxPart[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  const bytes = new Uint8Array(size);
  bytes.set(u32(size));
  bytes.set(latin1(type), 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A box with version and flags before its body. */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly BoxPart[]): Uint8Array {
  return box(type, u32(version * 0x100_0000 + flags), ...parts);
}

/** 16-bit numbers, big-endian. */
export function u16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint16(i * 2, value);
  });
  return bytes;
}

/** Also takes negative numbers, in two's complement. */
export function u32(...values: readonly number[]): Uint8Array {
  return u32List(values);
}

/** The same for lists that are too long to be arguments. */
export function u32List(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(i * 4, value);
  });
  return bytes;
}

/** RangeError for what a 64-bit field or a JavaScript number can't hold exactly. */
export function u64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} does not fit an unsigned 64-bit field`);
  return u32(Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000);
}

/** `count` bytes of zero, for reserved fields. */
export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

/** Text as one byte a letter: box types, brands and handler names. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
