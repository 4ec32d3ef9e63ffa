import { dirname } from 'node:path';
import { type LoudnessQuestion, loudnessCommand, readLoudness } from '#main/media/command/loudness-command.ts';
import type { MeasuredLoudness } from '#shared/model/facts.ts';
import type { ProbeDeps } from './ffprobe-reads.ts';
import { runFfmpeg } from './run.ts';

/** Decodes a whole track to tell how loud it is (EBU R 128); null when it can't be told. Throws when `signal` is aborted. */
export async function measureLoudness(
  path: string,
  question: LoudnessQuestion,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<MeasuredLoudness | null> {
  const command = { tool: 'ffmpeg' as const, args: loudnessCommand(question, path), cwd: dirname(path) };
  const outcome = await runFfmpeg(command, { ...deps, signal });
  signal.throwIfAborted();
  return outcome.ok ? readLoudness(outcome.stderrTail, question.channels) : null;
}
