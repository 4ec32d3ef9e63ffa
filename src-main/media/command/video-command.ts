import type { Chunk, EncodePlan, PlannedTask, VideoRendition } from '#shared/model/plan.ts';
import { fractionText } from '#shared/model/fraction.ts';
import { encoderOptions, hasTwoPasses, type Pass } from './encoder-options.ts';
import { bareOutput, commonOptions, type FfmpegStep } from './ffmpeg-step.ts';
import { deviceOptions } from './gpu-device.ts';
import { sourceInput } from './input-options.ts';
import {
  type ChunkSeek,
  chunkSeek,
  taskTiles,
  scaleFilters,
  sourceFilters,
  thumbnailFilters,
  toneMapFilters,
  toneMappedRungFilters,
} from './picture-filters.ts';
import { chunkFile, extractedSubtitle, taskFolder, tilePattern } from './work-layout.ts';

/** Which encoder makes each rendition of the job, by rendition id. */
export type EncoderChoice = Readonly<Record<string, string>>;

/**
 * A graph with one input hands that stream's side data to every output: an SDR rung would carry the source's mastering
 * display, and a picture that was turned upright its rotation. A second input that nobody looks at ends that (FFmpeg 5).
 */
const strangerInput: readonly string[] = ['-f', 'lavfi', '-i', 'color=s=16x16:r=1:d=1'];
const strangerSink = '[1:v]nullsink';

type Branch = { label: string; filters: string[] };

/**
 * The runs that make one chunk: one FFmpeg decodes each picture once and makes every rung, SDR rung and thumbnail of it.
 * Average bitrate in two passes reads the chunk twice. RangeError when the task has no chunk.
 *
 * @param folder where the task writes, relative to the work folder
 * @param gpuDevice see gpu-device.ts
 */
export function videoCommands(
  plan: EncodePlan,
  task: PlannedTask,
  choice: EncoderChoice,
  sourcePath: string,
  folder: string,
  gpuDevice: string | null = null,
): FfmpegStep[] {
  const { chunk } = task;
  if (chunk === null) throw new RangeError(`task ${task.id} has no chunk`);
  const rungs = plan.video.filter((rendition) => task.renditions.includes(rendition.id));
  const twice = rungs.filter((rung) => hasTwoPasses(rung.rate, encoderOf(rung, choice)));
  const input = { plan, chunk, choice, sourcePath, folder, gpuDevice };
  return [...(twice.length === 0 ? [] : [firstPass(input, twice)]), encodingPass(input, rungs)];
}

type ChunkInput = {
  plan: EncodePlan;
  chunk: Chunk;
  choice: EncoderChoice;
  sourcePath: string;
  folder: string;
  gpuDevice: string | null;
};

function firstPass(input: ChunkInput, rungs: readonly VideoRendition[]): FfmpegStep {
  const { chunk, folder } = input;
  const outputs = rungs.flatMap((rung) => [
    '-map',
    `[${rung.id}]`,
    ...videoOutput(input, rung, 1),
    ...bareOutput,
    '-f',
    'null',
    '-',
  ]);
  return {
    args: [...decoding(input, rungs, false), ...outputs],
    folders: [folder],
    makes: [],
    frames: chunk.frames,
    durationSec: null,
  };
}

function encodingPass(input: ChunkInput, rungs: readonly VideoRendition[]): FfmpegStep {
  const { plan, chunk, choice, folder } = input;
  const tiles = taskTiles(plan, { chunk, renditions: rungs.map(({ id }) => id) });
  const makes: string[] = [];
  const outputs = rungs.flatMap((rung) => {
    const file = `${folder}/${chunkFile(rung)}`;
    makes.push(file);
    const pass = hasTwoPasses(rung.rate, encoderOf(rung, choice)) ? 2 : null;
    const ticks = rung.codec === 'other' ? [] : ['-video_track_timescale', String(plan.grid.rate.num)];
    return ['-map', `[${rung.id}]`, ...videoOutput(input, rung, pass), ...bareOutput, ...ticks, file];
  });
  if (tiles.count > 0) {
    const tileOutput = [
      '-map',
      '[tiles]',
      '-frames:v',
      String(tiles.count),
      '-fps_mode',
      'passthrough',
      '-c:v',
      'mjpeg',
    ];
    outputs.push(
      ...tileOutput,
      '-q:v',
      '4',
      '-start_number',
      String(tiles.first),
      '-f',
      'image2',
      `${folder}/${tilePattern}`,
    );
  }
  return {
    args: [...decoding(input, rungs, tiles.count > 0), ...outputs],
    folders: tiles.count > 0 ? [folder, `${folder}/tiles`] : [folder],
    makes,
    frames: chunk.frames,
    durationSec: null,
  };
}

function decoding(input: ChunkInput, rungs: readonly VideoRendition[], withTiles: boolean): string[] {
  const { plan, chunk, sourcePath, choice } = input;
  const seek = chunkSeek(plan, chunk);
  const encoders = rungs.map((rung) => encoderOf(rung, choice));
  // The picture is turned by our own filters: what FFmpeg does by itself differs between its versions.
  const turn = ['-noautorotate'];
  const start = seek.seekSec > 0 ? ['-ss', seek.seekSec.toFixed(6)] : [];
  return [
    ...commonOptions,
    ...deviceOptions(encoders, input.gpuDevice),
    ...turn,
    ...start,
    ...sourceInput(sourcePath),
    ...strangerInput,
    '-filter_complex',
    filterGraph(input, seek, rungs, withTiles),
  ];
}

function videoOutput({ plan, chunk, choice, folder }: ChunkInput, rung: VideoRendition, pass: Pass): string[] {
  const encoder = encoderOf(rung, choice);
  return [
    '-frames:v',
    String(chunk.frames),
    '-fps_mode',
    'passthrough',
    ...encoderOptions(rung, { encoder, gopFrames: plan.grid.gopFrames, pass, statsFile: `${folder}/${rung.id}.stats` }),
    '-r',
    fractionText(plan.grid.rate),
  ];
}

/** source -> clean picture -> (HDR rungs, one tone-mapped picture -> SDR rungs, tiles). Labels are rendition ids. */
function filterGraph(input: ChunkInput, seek: ChunkSeek, rungs: readonly VideoRendition[], withTiles: boolean): string {
  const { plan, chunk, choice } = input;
  const { picture } = plan;
  const mapped = rungs.filter((rung) => rung.toneMapped);
  const plain = rungs.filter((rung) => !rung.toneMapped);
  const branches: Branch[] = plain.map((rung) => ({
    label: rung.id,
    filters: [...scaleFilters(rung, picture), ...upload(rung, choice)],
  }));
  const tail: string[] = [];
  const widest = mapped[0];
  if (widest !== undefined) {
    const size = mapped.reduce(
      (most, rung) => (rung.width * rung.height > most.width * most.height ? rung : most),
      widest,
    );
    branches.push({ label: 'sdr', filters: toneMapFilters(picture, size) });
    const inner = mapped.map((rung) => ({
      label: rung.id,
      filters: [...toneMappedRungFilters(rung), ...upload(rung, choice)],
    }));
    tail.push(...fork('sdr', inner));
  }
  if (withTiles) branches.push({ label: 'tiles', filters: thumbnailFilters(plan, chunk) });
  const { head, start } = sourceChain(input, seek);
  return [strangerSink, ...head, ...fork(start, branches), ...tail].join(';');
}

/** The cleaned picture, with a burnt-in subtitle when the plan has one. */
function sourceChain({ plan, chunk }: ChunkInput, seek: ChunkSeek): { head: string[]; start: string } {
  const { picture } = plan;
  const filters = sourceFilters(plan, chunk, seek);
  const source = `[0:${picture.streamIndex}]`;
  if (picture.burnIn === null) return { head: [`${source}${filters.join(',')}[clean]`], start: 'clean' };
  if (picture.burnIn.form === 'image') {
    // Image subtitles share the input's clock, so they are laid over before the picture is moved onto the grid.
    // Its default format would cost HDR two of its ten bits.
    const depth = picture.dynamicRange === 'sdr' ? '' : ':format=yuv420p10';
    const under = `${source}[0:${picture.burnIn.streamIndex}]overlay=eof_action=pass:repeatlast=0${depth}`;
    return { head: [`${under},${filters.join(',')}[clean]`], start: 'clean' };
  }
  // The extracted script counts from the container's start; the picture's clock is shifted there and back around it.
  const shiftSec = (plan.grid.originSec + (chunk.startFrame * plan.grid.rate.den) / plan.grid.rate.num).toFixed(6);
  const script = `${taskFolder('extract', 'done')}/${extractedSubtitle(picture.burnIn.streamIndex, 'ass')}`;
  const fonts = `${taskFolder('extract', 'done')}/attachments`;
  const drawn = `setpts=PTS+${shiftSec}/TB,subtitles=f=${script}:fontsdir=${fonts},setpts=PTS-${shiftSec}/TB`;
  return { head: [`${source}${[...filters, drawn].join(',')}[clean]`], start: 'clean' };
}

function fork(from: string, branches: readonly Branch[]): string[] {
  const only = branches[0];
  if (only !== undefined && branches.length === 1) return [`[${from}]${only.filters.join(',')}[${only.label}]`];
  const inlets = branches.map((branch) => `[${branch.label}_in]`).join('');
  return [
    `[${from}]split=${branches.length}${inlets}`,
    ...branches.map((branch) => `[${branch.label}_in]${branch.filters.join(',')}[${branch.label}]`),
  ];
}

/** VAAPI encodes surfaces, not pictures in memory. */
function upload(rung: VideoRendition, choice: EncoderChoice): string[] {
  if (!encoderOf(rung, choice).endsWith('_vaapi')) return [];
  return [rung.pixelFormat.includes('10') ? 'format=p010' : 'format=nv12', 'hwupload'];
}

function encoderOf(rung: VideoRendition, choice: EncoderChoice): string {
  const encoder = choice[rung.id];
  if (encoder === undefined) throw new RangeError(`no encoder was chosen for ${rung.id}`);
  return encoder;
}
