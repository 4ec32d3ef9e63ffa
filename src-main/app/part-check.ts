import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { countPictures } from '#main/agent/count-pictures.ts';
import { type RunOptions, runFfmpeg } from '#main/ffmpeg/run.ts';
import { audioFile, chunkFile } from '#main/media/command/work-layout.ts';
import type { EncodePlan, PlannedTask, VideoRendition } from '#shared/model/plan.ts';
import type { PartFault } from '#shared/protocol/node-work.ts';

export type PartsRefused = { because: PartFault; message: string };

/** Looks whether parts that somebody else made are what the plan asks for; null when they are. */
export async function partsFault(
  plan: EncodePlan,
  task: PlannedTask,
  folder: string,
  options: RunOptions,
): Promise<PartsRefused | null> {
  switch (task.type) {
    case 'video':
      return videoFault(plan, task, folder, options);
    case 'audio':
      return audioFault(plan, folder, options);
    case 'extract':
      // Text and fonts, which the packager reads with care wherever they are from.
      return null;
    case 'package':
    case 'validate':
    case 'publish':
      throw new RangeError(`task ${task.id} has no parts`);
  }
}

async function videoFault(
  plan: EncodePlan,
  task: PlannedTask,
  folder: string,
  options: RunOptions,
): Promise<PartsRefused | null> {
  for (const rung of plan.video.filter(({ id }) => task.renditions.includes(id))) {
    const path = join(folder, chunkFile(rung));
    const streams = await streamsOf(path, options);
    const wanted = layoutOf(rung);
    const found = streams === null ? 'nothing that can be read' : streams.map(layoutIn).join(' and ');
    if (found !== wanted) return { because: 'layout', message: `${rung.id} of ${task.id} is ${found}, not ${wanted}` };
    const pictures = await countPictures(path, options);
    if (pictures !== task.chunk?.frames) {
      const message = `${rung.id} of ${task.id} holds ${pictures ?? 'an unknown number of'} pictures instead of ${task.chunk?.frames}`;
      return { because: 'pictures', message };
    }
  }
  return null;
}

async function audioFault(plan: EncodePlan, folder: string, options: RunOptions): Promise<PartsRefused | null> {
  for (const { id, encoder, channels, sampleRateHz } of plan.audio) {
    const [stream, ...more] = (await streamsOf(join(folder, audioFile(plan, id)), options)) ?? [];
    const isSound = stream?.codec_type === 'audio' && more.length === 0;
    // A copied track is as the source has it.
    const isPlanned =
      encoder === null ||
      ((channels === null || stream?.channels === channels) &&
        (sampleRateHz === null || Number(stream?.sample_rate) === sampleRateHz));
    if (!isSound || !isPlanned) {
      return { because: 'layout', message: `${id} is not the one sound track that the plan asks for` };
    }
  }
  return null;
}

const probedStream = z.object({
  codec_type: z.string(),
  codec_name: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  pix_fmt: z.string().optional(),
  channels: z.number().optional(),
  sample_rate: z.string().optional(),
});
type ProbedStream = z.infer<typeof probedStream>;

async function streamsOf(path: string, options: RunOptions): Promise<ProbedStream[] | null> {
  const entries = 'stream=codec_type,codec_name,width,height,pix_fmt,channels,sample_rate';
  const args = ['-v', 'error', '-of', 'json', '-protocol_whitelist', 'file', '-show_entries', entries, `file:${path}`];
  const probed = await runFfmpeg({ tool: 'ffprobe', args, cwd: tmpdir() }, options);
  if (!probed.ok) return null;
  return z.object({ streams: z.array(probedStream) }).safeParse(JSON.parse(probed.stdout)).data?.streams ?? null;
}

function layoutOf({ codec, width, height, pixelFormat }: VideoRendition): string {
  return `${codec === 'other' ? 'video' : codec} ${width}x${height} ${pixelFormat}`;
}

const knownCodecs = new Set(['h264', 'hevc', 'av1', 'vp9']);

function layoutIn({ codec_type: type, codec_name: codec = '', width, height, pix_fmt: format }: ProbedStream): string {
  return `${type === 'video' && knownCodecs.has(codec) ? codec : type} ${width}x${height} ${format}`;
}
