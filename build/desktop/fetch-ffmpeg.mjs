import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { projectRoot } from '../setup/project-root.mjs';
import { ffmpegBuilds, ffmpegRelease } from './ffmpeg-builds.mjs';

/** @typedef {import('./ffmpeg-builds.mjs').FfmpegBuild} FfmpegBuild */

/** electron-builder's numbers. */
const archNames = new Map([
  [1, 'x64'],
  [3, 'arm64'],
]);
const systems = new Map([
  ['darwin', 'mac'],
  ['linux', 'linux'],
  ['win32', 'win'],
]);
const mostBytes = 100 * 1024 * 1024;

/**
 * electron-builder's hook before it packs for a system and a processor: has FFmpeg lie where electron-builder.yml takes it from.
 * @param {{ electronPlatformName: string, arch: number }} context
 */
export async function beforePack({ electronPlatformName, arch }) {
  const target = `${systems.get(electronPlatformName)}-${archNames.get(arch)}`;
  const build = ffmpegBuilds[target];
  if (build === undefined)
    throw new Error(`there is no build of FFmpeg for ${electronPlatformName}, processor ${arch}`);
  const folder = join(projectRoot, 'dist', 'ffmpeg', target);
  await placeFfmpeg({ folder, build, isWindows: target.startsWith('win'), release: ffmpegRelease });
}

/**
 * Fills a folder with ffmpeg, ffprobe and their licences. One that has them stays as it is: a build of somebody's own can be put
 * there. Rejects when a download is not what was pinned, and when a build must not be passed on.
 * @param {{ folder: string, build: FfmpegBuild, isWindows: boolean, release: string }} wish
 */
export async function placeFfmpeg({ folder, build, isWindows, release }) {
  const programs = /** @type {const} */ (['ffmpeg', 'ffprobe']).map((name) => ({
    name,
    file: isWindows ? `${name}.exe` : name,
  }));
  const present = await Promise.all(programs.map(({ file }) => contentOf(join(folder, file))));
  if (present.every((content) => content !== null) && (await hasLicense(folder))) {
    for (const content of present) refuseUnredistributable(content, folder);
    return;
  }
  const made = `${folder}.partial`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  for (const { name, file } of programs) {
    const packed = await download(`${release}/${name}-${build.asset}.gz`, build.sha256[name]);
    const program = await promisify(gunzip)(packed, { maxOutputLength: 5 * mostBytes });
    refuseUnredistributable(program, `${release}/${name}-${build.asset}.gz`);
    await writeFile(join(made, file), program, { mode: 0o755 });
  }
  for (const [asset, sha256] of Object.entries(build.licenses)) {
    await writeFile(join(made, `LICENSE-${asset}.txt`), await download(`${release}/${asset}.LICENSE`, sha256));
  }
  await writeFile(join(made, 'SOURCE.txt'), originText(release, build));
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(made, folder);
}

/** @param {string} url @param {string} sha256 */
async function download(url, sha256) {
  const response = await fetch(url).catch((/** @type {unknown} */ error) => {
    throw new Error(`${url} can't be reached`, { cause: error });
  });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`${url} is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  const content = Buffer.concat(chunks);
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== sha256) throw new Error(`${url} is not what was pinned: its SHA-256 is ${found}, not ${sha256}`);
  return content;
}

/** FFmpeg's own words on a build with parts whose licences contradict each other. @param {Buffer | null} program @param {string} where */
function refuseUnredistributable(program, where) {
  if (program?.includes('--enable-nonfree') !== true) return;
  throw new Error(
    `${where} was built with --enable-nonfree and must not be passed on: put another build into dist/ffmpeg`,
  );
}

/** @param {string} release @param {FfmpegBuild} build */
function originText(release, build) {
  const assets = Object.keys(build.licenses);
  return [
    'FFmpeg and ffprobe are programs of their own and no part of Encrew. Their licence lies beside this file.',
    `These builds are from ${release}: ${assets.map((asset) => `ffmpeg-${asset}.gz`).join(', ')}.`,
    `${assets.map((asset) => `${asset}.README`).join(', ')} there says who made them, from which sources and with which settings.`,
    'The sources of FFmpeg are at https://ffmpeg.org/releases/.',
    '',
  ].join('\n');
}

/** @param {string} folder */
async function hasLicense(folder) {
  return (await readdir(folder)).some((name) => name.startsWith('LICENSE'));
}

/** Null where there is none. @param {string} path */
async function contentOf(path) {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}
