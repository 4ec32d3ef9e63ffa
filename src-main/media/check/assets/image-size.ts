export type ImageSize = { widthPx: number; heightPx: number };

/** Size of a WebP, JPEG or PNG by its header; null for anything else and for a header that is cut off. */
export function imageSize(head: Uint8Array): ImageSize | null {
  return webpSize(head) ?? pngSize(head) ?? jpegSize(head);
}

/** RIFF container of WebP: `VP8X` (24 bits minus one), `VP8L` (14 bits minus one), `VP8 ` (14 bits behind the start code). */
function webpSize(bytes: Uint8Array): ImageSize | null {
  if (ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 12) !== 'WEBP' || bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      return {
        widthPx: 1 + view.getUint16(24, true) + view.getUint8(26) * 65_536,
        heightPx: 1 + view.getUint16(27, true) + view.getUint8(29) * 65_536,
      };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { widthPx: 1 + (bits & 0x3fff), heightPx: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { widthPx: view.getUint16(26, true) & 0x3fff, heightPx: view.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
}

function pngSize(bytes: Uint8Array): ImageSize | null {
  if (ascii(bytes, 1, 4) !== 'PNG' || ascii(bytes, 12, 16) !== 'IHDR' || bytes.length < 24) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
}

/** ITU-T T.81 B.2.2: the frame header is a marker C0 to CF, but not C4 (tables), C8 (reserved) or CC (conditioning). */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { widthPx: view.getUint16(at + 7), heightPx: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
