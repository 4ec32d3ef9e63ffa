import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawIcons } from '../../build/desktop/draw-icons.mjs';
import { icoFile } from '../../build/desktop/icon-files.mjs';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** Width and height of a PNG, from its first chunk. */
function sizeOf(png: Buffer): string {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

/** Each entry of a Windows icon: its size as the table has it, and as the picture itself has it. */
function icoEntries(ico: Buffer): { table: number; picture: string }[] {
  expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
  return Array.from({ length: ico.readUInt16LE(4) }, (_, i) => {
    const entry = 6 + 16 * i;
    const [length, at] = [ico.readUInt32LE(entry + 8), ico.readUInt32LE(entry + 12)];
    const picture = ico.subarray(at, at + length);
    expect(picture.length).toBe(length);
    const isBitmap = picture.readUInt32LE(0) === 40;
    return {
      table: ico.readUInt8(entry) || 256,
      // A bitmap's height counts its mask too.
      picture: isBitmap ? `bitmap ${picture.readInt32LE(4)}x${picture.readInt32LE(8) / 2}` : sizeOf(picture),
    };
  });
}

/** Type and size of each picture in a macOS icon. */
function icnsEntries(icns: Buffer): [string, string][] {
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  const entries: [string, string][] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    entries.push([icns.toString('latin1', at, at + 4), sizeOf(icns.subarray(at + 8))]);
  }
  return entries;
}

test('every system gets its icons in all its sizes, drawn from one SVG', async () => {
  const folder = await temporaryFolder();
  await drawIcons(folder);
  const read = async (name: string): Promise<Buffer> => readFile(join(folder, name));

  expect(icoEntries(await read('icon.ico'))).toEqual([
    ...[16, 20, 24, 32, 40, 48, 64, 128].map((size) => ({ table: size, picture: `bitmap ${size}x${size}` })),
    { table: 256, picture: '256x256' },
  ]);
  expect(icnsEntries(await read('icon.icns'))).toEqual([
    ['ic11', '32x32'],
    ['ic12', '64x64'],
    ['ic07', '128x128'],
    ['ic13', '256x256'],
    ['ic08', '256x256'],
    ['ic14', '512x512'],
    ['ic09', '512x512'],
    ['ic10', '1024x1024'],
  ]);
  const linux = await readdir(join(folder, 'linux'));
  expect(linux.length).toBeGreaterThan(8);
  for (const name of linux) expect(`${sizeOf(await read(`linux/${name}`))}.png`).toBe(name);

  const states = ['attention', 'idle', 'paused', 'working'];
  const kinds = ['.ico', '.png', '@2x.png', 'Template.png', 'Template@2x.png'];
  const tray = states.flatMap((state) => kinds.map((kind) => `tray-${state}${kind}`));
  expect((await readdir(join(folder, 'tray'))).toSorted()).toEqual(tray.toSorted());
  for (const state of states) {
    const sizes = ['.png', '@2x.png', 'Template.png', 'Template@2x.png'].map(async (kind) =>
      sizeOf(await read(`tray/tray-${state}${kind}`)),
    );
    expect(await Promise.all(sizes)).toEqual(['22x22', '44x44', '16x16', '32x32']);
    expect(icoEntries(await read(`tray/tray-${state}.ico`)).map(({ table }) => table)).toEqual([16, 20, 24, 32, 40]);
  }
  for (const kind of kinds) {
    const pictures = await Promise.all(states.map((state) => read(`tray/tray-${state}${kind}`)));
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(states.length);
  }
});

test('a bitmap in a Windows icon is blue-green-red-alpha from the bottom row up, with its mask behind it', () => {
  const rgba = Buffer.from(
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
      [13, 14, 15, 16],
    ].flat(),
  );
  const ico = icoFile([{ size: 2, png: Buffer.alloc(0), rgba }]);
  const behindHeader = 6 + 16 + 40;
  expect([...ico.subarray(behindHeader)]).toEqual([
    ...[11, 10, 9, 12, 15, 14, 13, 16],
    ...[3, 2, 1, 4, 7, 6, 5, 8],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
  ]);
});
