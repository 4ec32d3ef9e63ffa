import { tmpdir } from 'node:os';
import { fileUrl, sourceInputOptions } from '#main/media/command/input-options.ts';
import { packetsAnswer } from '#main/media/probe/ffprobe-answer.ts';
import type { PacketRead } from '#main/media/probe/packet-times.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { FfmpegTools } from './find.ts';
import { type FfmpegOutcome, runFfmpeg } from './run.ts';

export type ProbeDeps = { tools: FfmpegTools; log: Logger };

/** Asks ffprobe about one file; only errors are printed. */
export function ffprobe(
  path: string,
  options: readonly string[],
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<FfmpegOutcome> {
  const args = ['-v', 'error', '-hide_banner', '-of', 'json', ...sourceInputOptions, ...options, fileUrl(path)];
  return runFfmpeg({ tool: 'ffprobe', args, cwd: tmpdir() }, { ...deps, signal });
}

export type ReadFrom = {
  /** Source clock, seconds; null is the beginning. */
  fromSec: number | null;
  /** At most so many packets; null reads to the end. */
  packets: number | null;
  /** FFmpeg's stream specifier; null is all streams. */
  streams: string | null;
};

/** Reads packets without decoding them. Damage is no failure: what was read before it is the answer. */
export async function readPackets(
  path: string,
  { fromSec, packets, streams }: ReadFrom,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<PacketRead & { stderr: readonly string[] }> {
  const interval = `${fromSec === null ? '' : fromSec.toFixed(6)}%${packets === null ? '' : `+#${packets}`}`;
  const selection = streams === null ? [] : ['-select_streams', streams];
  const fields = ['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,flags'];
  const outcome = await ffprobe(path, [...selection, '-read_intervals', interval, ...fields], deps, signal);
  const read = packetsAnswer.safeParse(parseJson(outcome.stdout));
  const found = read.success ? read.data.packets : [];
  return {
    packets: found,
    fromStart: fromSec === null,
    toEnd: packets === null || found.length < packets,
    stderr: outcome.stderrTail,
  };
}

/** What is no JSON (an answer cut short) is no answer: `{}`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
