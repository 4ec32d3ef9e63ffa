import { fractionText } from '#shared/model/fraction.ts';
import type { Chunk, ColorTags, EncodePlan, PictureSource, PlannedTask, VideoRendition } from '#shared/model/plan.ts';
import { bt709, hdrSignalTags } from '../plan/colour.ts';

/**
 * A variable rate may hold a picture for long, and a burnt-in graphic stays on screen: a chunk reads this much before its
 * first frame to know what is shown then.
 */
const stillShownPrerollSec = 10;
/** Filters that look at earlier pictures need some to settle, so that a chunk's first frame equals the uninterrupted one. */
const temporalPrerollFrames = 24;
/** A miscounted source may lack a frame or two at its end; those repeat the last one instead of failing the chunk. */
const tailSlackFrames = 2;

/** Where a chunk's decoding starts, and what is thrown away before its first frame. */
export type ChunkSeek = {
  /** FFmpeg's input `-ss`, seconds: half a frame before the first frame wanted, so that rounding never loses it. */
  seekSec: number;
  /** Time from there to the first grid frame that is decoded. */
  leadSec: number;
  /** Grid frames decoded only to fill filters or to know the picture on show. */
  prerollFrames: number;
};

/** How to reach the first frame of a chunk exactly. */
export function chunkSeek(plan: EncodePlan, chunk: Chunk): ChunkSeek {
  const { rate, originSec } = plan.grid;
  // Frame 0 is the source's first picture: nothing lies before it, and a seek could only land behind it.
  if (chunk.startFrame === 0) return { seekSec: 0, leadSec: micro(originSec), prerollFrames: 0 };
  const frameSec = rate.den / rate.num;
  const wanted = Math.max(
    plan.picture.onGrid && plan.picture.burnIn?.form !== 'image' ? 0 : Math.ceil(stillShownPrerollSec / frameSec),
    isTemporal(plan.picture) ? temporalPrerollFrames : 0,
  );
  const prerollFrames = Math.min(wanted, chunk.startFrame);
  const firstSec = originSec + (chunk.startFrame - prerollFrames) * frameSec;
  const seekSec = Math.max(0, micro(firstSec - frameSec / 2));
  return { seekSec, leadSec: micro(firstSec - seekSec), prerollFrames };
}

/** Filters from the decoder to the one picture that every rung is scaled from: cleaned, upright, on the grid. */
export function sourceFilters(plan: EncodePlan, chunk: Chunk, seek: ChunkSeek): string[] {
  const { picture, grid } = plan;
  const filters = [`setpts=PTS-${seek.leadSec.toFixed(6)}/TB`];
  if (picture.deinterlace) filters.push('bwdif=mode=send_frame:parity=auto:deint=all');
  filters.push(`fps=fps=${fractionText(grid.rate)}:round=near:start_time=0`);
  if (chunk.isLast) filters.push(`tpad=stop=${grid.holdFrames + tailSlackFrames}:stop_mode=clone`);
  if (picture.crop !== null) {
    const { width, height, x, y } = picture.crop;
    filters.push(`crop=${width}:${height}:${x}:${y}`);
  }
  filters.push(...denoise(picture.denoise));
  if (picture.deband) filters.push('deband');
  if (picture.mirror) filters.push('hflip');
  filters.push(...turn(picture.rotationDeg));
  if (seek.prerollFrames > 0) filters.push(`trim=start_frame=${seek.prerollFrames}`, 'setpts=PTS-STARTPTS');
  return filters;
}

/** Scales to a rendition of the source's own dynamic range. */
export function scaleFilters(rendition: VideoRendition, picture: PictureSource): string[] {
  const range = picture.fullRange ? ':in_range=pc:out_range=tv' : '';
  const matrix = picture.rgb ? `:out_color_matrix=${scalerMatrix(rendition.color.matrix)}` : '';
  return [
    `scale=${rendition.width}:${rendition.height}:flags=bicubic${range}${matrix}`,
    'setsar=1',
    `format=${rendition.pixelFormat}`,
    colourParams(rendition.color),
  ];
}

/**
 * PQ or HLG to SDR, once for all SDR rungs, at the size of the largest (S1 5.3): linear light, BT.709 primaries, tone curve
 * up to the brightest picture, back to video range.
 */
export function toneMapFilters(picture: PictureSource, size: { width: number; height: number }): string[] {
  const curve = picture.dynamicRange === 'hlg' ? 'mobius' : 'hable';
  const peak = (picture.peakNits ?? 1000) / 100;
  return [
    colourParams(hdrSignalTags(picture.dynamicRange)),
    `zscale=w=${size.width}:h=${size.height}:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    `tonemap=tonemap=${curve}:desat=0:peak=${Number(peak.toFixed(3))}`,
    'zscale=t=bt709:m=bt709:r=tv',
    'format=yuv420p',
    'setsar=1',
    colourParams(bt709),
  ];
}

/** An SDR rung from the tone-mapped picture. */
export function toneMappedRungFilters(rendition: VideoRendition): string[] {
  return [
    `scale=${rendition.width}:${rendition.height}:flags=bicubic`,
    'setsar=1',
    `format=${rendition.pixelFormat}`,
    colourParams(rendition.color),
  ];
}

/** The tiles of a chunk: every n-th grid frame, small, in SDR, full range as JPEG wants it. */
export function thumbnailFilters(plan: EncodePlan, chunk: Chunk): string[] {
  const tiles = plan.thumbnails;
  if (tiles === null) return [];
  const offset = chunk.startFrame % tiles.intervalFrames;
  const size = { width: tiles.width, height: tiles.height };
  const shrink =
    plan.picture.dynamicRange === 'sdr'
      ? [`scale=${size.width}:${size.height}:flags=bicubic`, 'setsar=1']
      : toneMapFilters(plan.picture, size);
  return [`select='not(mod(n+${offset},${tiles.intervalFrames}))'`, ...shrink, 'scale=out_range=pc', 'format=yuvj420p'];
}

/** How many tiles a task gives, and the number of its first. Where rungs are tasks of their own, the first makes them. */
export function taskTiles(
  plan: EncodePlan,
  { chunk, renditions }: Pick<PlannedTask, 'chunk' | 'renditions'>,
): { first: number; count: number } {
  const tiles = plan.thumbnails;
  const isFirst = renditions.includes(plan.video[0]?.id ?? '');
  if (tiles === null || chunk === null || !isFirst) return { first: 0, count: 0 };
  const first = Math.ceil(chunk.startFrame / tiles.intervalFrames);
  const end = Math.min(tiles.count, Math.ceil((chunk.startFrame + chunk.frames) / tiles.intervalFrames));
  return { first, count: Math.max(0, end - first) };
}

function isTemporal(picture: PictureSource): boolean {
  return picture.deinterlace || picture.denoise !== 'off';
}

function denoise(strength: PictureSource['denoise']): string[] {
  switch (strength) {
    case 'off':
      return [];
    case 'light':
      return ['hqdn3d=2:1.5:3:3'];
    case 'medium':
      return ['hqdn3d=4:3:6:4.5'];
    case 'strong':
      return ['hqdn3d=8:6:12:9'];
  }
}

function turn(rotationDeg: PictureSource['rotationDeg']): string[] {
  switch (rotationDeg) {
    case 0:
      return [];
    case 90:
      return ['transpose=clock'];
    case 180:
      return ['hflip', 'vflip'];
    case 270:
      return ['transpose=cclock'];
  }
}

/** Encoders take colour from the frames, whatever the output options say, so it's written on the frames. */
function colourParams(tags: ColorTags): string {
  return `setparams=range=tv:color_primaries=${tags.primaries}:color_trc=${tags.transfer}:colorspace=${tags.matrix}`;
}

/** The scaler has its own names for matrices. */
function scalerMatrix(matrix: string): string {
  return matrix === 'bt709' ? 'bt709' : matrix.startsWith('bt2020') ? 'bt2020' : 'bt601';
}

function micro(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
