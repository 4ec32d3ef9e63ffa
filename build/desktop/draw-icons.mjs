import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { appIcon, macIcon, trayIcon, trayStates, trayTemplate } from './icon-drawings.mjs';
import { icnsFile, icoFile } from './icon-files.mjs';

const linuxSizes = [16, 22, 24, 32, 48, 64, 96, 128, 256, 512, 1024];
const windowsSizes = [16, 20, 24, 32, 40, 48, 64, 128, 256];
const macSizes = [32, 64, 128, 256, 512, 1024];
/** 16 points at 100, 125, 150, 200 and 250 per cent. */
const windowsTraySizes = [16, 20, 24, 32, 40];

/**
 * Draws every icon of the app: `icon.ico`, `icon.icns`, `linux/{n}x{n}.png`, and below `tray/` for each state what the three
 * systems want.
 * @param {string} outDir
 */
export async function drawIcons(outDir) {
  const linux = join(outDir, 'linux');
  const tray = join(outDir, 'tray');
  await Promise.all([mkdir(linux, { recursive: true }), mkdir(tray, { recursive: true })]);
  await writeFile(join(outDir, 'icon.ico'), icoFile(windowsSizes.map((size) => draw(appIcon, size))));
  await writeFile(join(outDir, 'icon.icns'), icnsFile(macSizes.map((size) => draw(macIcon, size))));
  for (const size of linuxSizes) await writeFile(join(linux, `${size}x${size}.png`), draw(appIcon, size).png);
  for (const state of trayStates) {
    const coloured = trayIcon(state);
    await writeFile(join(tray, `tray-${state}.png`), draw(coloured, 22).png);
    await writeFile(join(tray, `tray-${state}@2x.png`), draw(coloured, 44).png);
    await writeFile(join(tray, `tray-${state}.ico`), icoFile(windowsTraySizes.map((size) => draw(coloured, size))));
    // By this ending macOS knows that it may colour the shape.
    const template = trayTemplate(state);
    await writeFile(join(tray, `tray-${state}Template.png`), draw(template, 16).png);
    await writeFile(join(tray, `tray-${state}Template@2x.png`), draw(template, 32).png);
  }
}

/** @param {string} svg @param {number} size in pixels, both ways @returns {import('./icon-files.mjs').Drawn} */
function draw(svg, size) {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: size }, font: { loadSystemFonts: false } }).render();
  return { size, png: image.asPng(), rgba: withoutAlpha(image.pixels) };
}

/** The renderer multiplies alpha into the colours; bitmaps want them as they are. @param {Buffer} premultiplied */
function withoutAlpha(premultiplied) {
  const rgba = Buffer.from(premultiplied);
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba.readUInt8(at + 3);
    if (alpha === 0) continue;
    for (let i = at; i < at + 3; i += 1)
      rgba.writeUInt8(Math.min(255, Math.round((rgba.readUInt8(i) * 255) / alpha)), i);
  }
  return rgba;
}
