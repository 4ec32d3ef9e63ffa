/*
 * Presentation graphics (PGS, `.sup`) as small as they can be: a white box on a 320x180 screen from one time to another.
 * Each segment is "PG", its time twice (90 kHz), its type and its length.
 */

const paletteSegment = 0x14;
const objectSegment = 0x15;
const compositionSegment = 0x16;
const windowSegment = 0x17;
const endSegment = 0x80;

const screen = { width: 320, height: 180 };
const window = { x: 40, y: 140, width: 64, height: 16 };

/** One box for each pair of times, seconds. */
export function tinyPgs(shown: readonly { startSec: number; endSec: number }[]): Uint8Array {
  const pieces = shown.flatMap(({ startSec, endSec }, i) => [
    ...displaySet(startSec, [
      [compositionSegment, composition(2 * i, true)],
      [windowSegment, windows()],
      // Entry 1: white and opaque, in Y, Cr, Cb and alpha.
      [paletteSegment, [0, 0, 1, 235, 128, 128, 255]],
      [objectSegment, object()],
    ]),
    ...displaySet(endSec, [
      [compositionSegment, composition(2 * i + 1, false)],
      [windowSegment, windows()],
    ]),
  ]);
  return Uint8Array.from(pieces);
}

function displaySet(atSec: number, segments: readonly [number, number[]][]): number[] {
  const pts = Math.round(atSec * 90_000);
  return [...segments, [endSegment, []] as const].flatMap(([type, body]) => [
    ...[0x50, 0x47, ...u32(pts), ...u32(0), type, ...u16(body.length)],
    ...body,
  ]);
}

function composition(number: number, visible: boolean): number[] {
  const frameRate = 0x10;
  const epochStart = 0x80;
  const head = [...u16(screen.width), ...u16(screen.height), frameRate, ...u16(number), visible ? epochStart : 0, 0, 0];
  if (!visible) return [...head, 0];
  return [...head, 1, ...u16(0), 0, 0, ...u16(window.x), ...u16(window.y)];
}

function windows(): number[] {
  return [1, 0, ...u16(window.x), ...u16(window.y), ...u16(window.width), ...u16(window.height)];
}

/** Run lengths: 64 and more pixels of one colour are `00 C0|n>>8 n colour`, and `00 00` ends a line. */
function object(): number[] {
  const line = [0, 0xc0 | (window.width >> 8), window.width & 0xff, 1, 0, 0];
  const data = [
    ...u16(window.width),
    ...u16(window.height),
    ...Array.from({ length: window.height }, () => line).flat(),
  ];
  const firstAndLast = 0xc0;
  return [...u16(0), 0, firstAndLast, ...u32(data.length).slice(1), ...data];
}

function u16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}
