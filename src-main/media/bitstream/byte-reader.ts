import { DamagedData } from './parsed.ts';

/**
 * Reads big-endian fields of a byte range in order. Reading past `end` throws `DamagedData`, never returns undefined:
 * a length field of a damaged file can't lead outside its box.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    if (start < 0 || end > bytes.length || start > end) {
      throw new DamagedData('bad-size', start, `range ${start} to ${end} of ${bytes.length} bytes`);
    }
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.end - this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  u24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at) * 256 + this.#view.getUint8(at + 2);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** A value above 2^53 is `bad-value`: no real file has one, and a number could not hold it exactly. */
  u64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new DamagedData('bad-value', at, 'a 64-bit number beyond 2^53');
    return value;
  }

  i64(): number {
    const at = this.#take(8);
    const value = this.#view.getBigInt64(at);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new DamagedData('bad-value', at, 'a 64-bit number beyond 2^53');
    return number;
  }

  /** Four bytes as Latin-1 text; `©nam` and zero bytes are kept. */
  fourCc(): string {
    const at = this.#take(4);
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  /** A view, not a copy. */
  take(count: number): Uint8Array {
    const at = this.#take(count);
    return this.bytes.subarray(at, at + count);
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  skip(count: number): void {
    this.#take(count);
  }

  #take(count: number): number {
    const at = this.position;
    if (count < 0 || count > this.end - at) {
      throw new DamagedData('cut-short', at, `${count} bytes wanted, ${this.end - at} left`);
    }
    this.position = at + count;
    return at;
  }
}
