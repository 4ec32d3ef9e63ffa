import type { Logger } from '#main/platform/logger.ts';
import type { ExpectedWork, FfmpegProgress, ProgressEstimate } from '#main/media/command/progress.ts';
import type { FailureCode } from '#main/media/command/classify-failure.ts';
import type { FfmpegTools } from './find.ts';

export type FfmpegCommand = {
  tool: 'ffmpeg' | 'ffprobe';
  /** One element is one argv token. `-nostdin` and `-progress pipe:1` are the caller's. */
  args: readonly string[];
  /** Absolute folder to run in. */
  cwd: string;
};

export type RunOptions = {
  tools: FfmpegTools;
  signal: AbortSignal;
  log: Logger;
  /** Called for each block of `-progress pipe:1`. */
  onProgress?: ((progress: FfmpegProgress & ProgressEstimate) => void) | undefined;
  /** What `ratio` and `etaSec` are measured against. */
  expected?: ExpectedWork | undefined;
  /** Ends the run as `stalled` when nothing moves for so long; never when left out. */
  stallTimeoutMs?: number | undefined;
  /** How long a stop may take before it is forced; 5 s. */
  forceAfterMs?: number | undefined;
  /** Half-made files, absolute: deleted if Encrew dies during the run. Otherwise they are the caller's to keep or delete. */
  partialPaths?: readonly string[] | undefined;
};

type Evidence = {
  /** Pasteable. */
  commandLine: string;
  /** The last lines of stderr, at most `stderrTailLines`. */
  stderrTail: readonly string[];
  /** Lines in which FFmpeg told of damaged input that it went on after. */
  decodeErrors: number;
  elapsedMs: number;
  /** The last block of `-progress`; null when there was none. */
  progress: FfmpegProgress | null;
};

export type FfmpegSuccess = Evidence & {
  ok: true;
  /** All of stdout as UTF-8, unless it carried progress. */
  stdout: string;
};

export type FfmpegFailure = Evidence & {
  ok: false;
  code: FailureCode;
  /** One line for people: FFmpeg's own words where it had any. */
  message: string;
  exitCode: number | null;
  /** The signal that ended it (`SIGKILL`). */
  signal: string | null;
  /** How it was ended by us: it obeyed when asked, or had to be forced. Null when it ended by itself. */
  ended: 'asked' | 'forced' | null;
};

export type FfmpegOutcome = FfmpegSuccess | FfmpegFailure;

/** The one place where FFmpeg and ffprobe are started. Expected failures are values; only misuse throws. */
export async function runFfmpeg(_command: FfmpegCommand, _options: RunOptions): Promise<FfmpegOutcome> {
  throw new Error('not there yet');
}
