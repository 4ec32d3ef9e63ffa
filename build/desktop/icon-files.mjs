/*
 * Windows' and macOS' containers of one picture in many sizes. Both are a table in front of the pictures' own bytes.
 */

/** @typedef {{ size: number, png: Buffer, rgba: Buffer }} Drawn `rgba`: rows from the top, alpha not multiplied in */

/**
 * A Windows icon. Up to 128 pixels as bitmaps, which also installers and old dialogs read; larger ones as PNG (since Vista).
 * @param {readonly Drawn[]} pictures up to 256 pixels, from small to large
 */
export function icoFile(pictures) {
  const images = pictures.map(({ size, png, rgba }) => (size > 128 ? png : bitmapOf(size, rgba)));
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let at = header.length;
  for (const [i, { size }] of pictures.entries()) {
    const bytes = images[i]?.length ?? 0;
    const entry = 6 + 16 * i;
    // 0 stands for 256.
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(bytes, entry + 8);
    header.writeUInt32LE(at, entry + 12);
    at += bytes;
  }
  return Buffer.concat([header, ...images]);
}

/** BITMAPINFOHEADER, colours from the bottom row up as BGRA, then the one-bit mask that 32-bit icons have and don't use. @param {number} size @param {Buffer} rgba */
function bitmapOf(size, rgba) {
  const info = Buffer.alloc(40);
  info.writeUInt32LE(40, 0);
  info.writeInt32LE(size, 4);
  // Colours and mask, one above the other.
  info.writeInt32LE(2 * size, 8);
  info.writeUInt16LE(1, 12);
  info.writeUInt16LE(32, 14);
  const colours = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4;
      const to = ((size - 1 - y) * size + x) * 4;
      colours.writeUInt8(rgba.readUInt8(from + 2), to);
      colours.writeUInt8(rgba.readUInt8(from + 1), to + 1);
      colours.writeUInt8(rgba.readUInt8(from), to + 2);
      colours.writeUInt8(rgba.readUInt8(from + 3), to + 3);
    }
  }
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size);
  return Buffer.concat([info, colours, mask]);
}

/** Pixels of a picture, and its types in an icns file. 16 and 32 in single size are left to the doubled ones of half the points. */
const icnsTypes = new Map([
  [32, ['ic11']],
  [64, ['ic12']],
  [128, ['ic07']],
  [256, ['ic13', 'ic08']],
  [512, ['ic14', 'ic09']],
  [1024, ['ic10']],
]);

/** A macOS icon. @param {readonly Drawn[]} pictures each of a size in `icnsTypes` */
export function icnsFile(pictures) {
  const parts = pictures.flatMap(({ size, png }) => (icnsTypes.get(size) ?? []).map((type) => part(type, png)));
  return part('icns', Buffer.concat(parts));
}

/** Four letters, the length with these eight bytes, content. @param {string} type @param {Buffer} content */
function part(type, content) {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}
