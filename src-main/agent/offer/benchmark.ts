import { tmpdir } from 'node:os';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { type Allowance, runFfmpeg } from '#main/ffmpeg/run.ts';
import { type BenchmarkSize, benchmarkArgs } from '#main/media/command/benchmark-command.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { VideoCodec } from '#shared/model/plan.ts';

export type BenchmarkDeps = ProbeDeps & { clock: Clock };

const hd: BenchmarkSize = { width: 1280, height: 720 };
const fullHd: BenchmarkSize = { width: 1920, height: 1080 };
/** Above this a small picture leaves cores or a GPU idle, and full HD tells more. */
const fastFps = 90;

/** Long enough that starting FFmpeg is a small part of it. */
const enoughSec = 1.5;
const firstFrames = 60;
const mostFrames = 7_500;
/** Slower ones are known well enough by then. */
const longestMs = 20_000;

/**
 * How many 10^6 pixels a second an encoder makes here, three digits of it. Null when it could not be measured; rejects when
 * `signal` ends it. Goes last of all that the machine does.
 */
export async function measureEncoder(
  encoder: string,
  codec: VideoCodec,
  deps: BenchmarkDeps,
  signal: AbortSignal,
): Promise<number | null> {
  const small = await fpsOf(encoder, codec, hd, deps, signal);
  if (small === null) return null;
  const large = small > fastFps ? await fpsOf(encoder, codec, fullHd, deps, signal) : null;
  const perSec = large === null ? small * pixels(hd) : large * pixels(fullHd);
  return Number((perSec / 1e6).toPrecision(3));
}

async function fpsOf(
  encoder: string,
  codec: VideoCodec,
  size: BenchmarkSize,
  deps: BenchmarkDeps,
  signal: AbortSignal,
): Promise<number | null> {
  let before = { frames: 0, sec: 0 };
  for (let frames = firstFrames; ; frames = Math.min(mostFrames, frames * 5)) {
    const args = benchmarkArgs(encoder, codec, size, frames, deps.tools.gpuDevice?.() ?? null);
    const run = await timed(args, deps, signal);
    if (run === null || run.frames === 0) return null;
    const isLast = run.sec >= enoughSec || run.frames < frames || frames === mostFrames;
    // The difference of two runs is free of what starting and making the first second take.
    const isClear = before.frames > 0 && run.frames === frames && run.sec > before.sec * 1.5;
    if (isLast) return isClear ? (run.frames - before.frames) / (run.sec - before.sec) : run.frames / run.sec;
    before = run;
  }
}

async function timed(
  args: readonly string[],
  { tools, log, clock }: BenchmarkDeps,
  signal: AbortSignal,
): Promise<{ frames: number; sec: number } | null> {
  const late = new AbortController();
  const cancel = clock.after(longestMs, () => late.abort());
  try {
    const run = await runFfmpeg(
      { tool: 'ffmpeg', args, cwd: tmpdir() },
      {
        ...{ tools: { ...tools, allow: () => last(tools.allow?.()) }, log, clock },
        signal: AbortSignal.any([signal, late.signal]),
        // Nothing of it is kept: it needn't close its files, and a task may be waiting for the machine.
        forceAfterMs: 200,
      },
    );
    signal.throwIfAborted();
    if (!run.ok && !late.signal.aborted) return null;
    return { frames: run.progress?.frame ?? 0, sec: run.elapsedMs / 1000 };
  } finally {
    cancel();
  }
}

/** On all of its cores, since the machine is measured and not its owner's limits; but after everything else. */
function last(allowance: Allowance | undefined): Allowance {
  return { niceness: 19, cpuSet: null, env: allowance?.env ?? {}, end: () => allowance?.end() };
}

function pixels({ width, height }: BenchmarkSize): number {
  return width * height;
}
