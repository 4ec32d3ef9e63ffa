/*
 * FFmpeg's `-progress pipe:1`: blocks of `key=value` lines, each closed by `progress=continue` or `progress=end`.
 */

export type FfmpegProgress = {
  /** Pictures encoded so far; null for a run without video. */
  frame: number | null;
  fps: number | null;
  /** Written so far. */
  sizeBytes: number | null;
  bitrateBps: number | null;
  /** Latest output time, seconds. Before the first packet FFmpeg reports N/A or a huge negative number: null. */
  outTimeSec: number | null;
  duplicatedFrames: number | null;
  droppedFrames: number | null;
  /** Media seconds a wall-clock second. */
  speed: number | null;
  /** True in the last block of a run. */
  ended: boolean;
};

/** What the run should amount to; frames win over duration because they are exact. */
export type ExpectedWork = { frames: number | null; durationSec: number | null };

export type ProgressEstimate = {
  /** Done share, 0 to 1; null when nothing to compare with is known. */
  ratio: number | null;
  /** Whole run's remaining wall-clock time, seconds. */
  etaSec: number | null;
};

/** Lines of a block that is not closed yet. */
export type ProgressState = { pending: Readonly<Record<string, string>> };
export const noProgressYet: ProgressState = { pending: {} };

/** Takes one line; `progress` is there when the line closes a block. Lines that are no `key=value` are ignored. */
export function readProgressLine(
  state: ProgressState,
  line: string,
): { state: ProgressState; progress: FfmpegProgress | null } {
  const split = line.indexOf('=');
  if (split <= 0) return { state, progress: null };
  const key = line.slice(0, split).trim();
  const value = line.slice(split + 1).trim();
  if (key !== 'progress') return { state: { pending: { ...state.pending, [key]: value } }, progress: null };
  return { state: noProgressYet, progress: progressOf(state.pending, value === 'end') };
}

/** How far, and how long still at the pace of the whole run so far (steadier than FFmpeg's momentary `fps`). */
export function estimateProgress(
  progress: FfmpegProgress,
  expected: ExpectedWork,
  elapsedSec: number,
): ProgressEstimate {
  const ratio = doneRatio(progress, expected);
  if (ratio === null) return { ratio: null, etaSec: null };
  if (progress.ended) return { ratio, etaSec: 0 };
  return { ratio, etaSec: ratio > 0 && elapsedSec > 0 ? (elapsedSec * (1 - ratio)) / ratio : null };
}

function doneRatio(progress: FfmpegProgress, expected: ExpectedWork): number | null {
  if (expected.frames !== null && expected.frames > 0 && progress.frame !== null) {
    return Math.min(1, progress.frame / expected.frames);
  }
  if (expected.durationSec !== null && expected.durationSec > 0 && progress.outTimeSec !== null) {
    return Math.min(1, Math.max(0, progress.outTimeSec / expected.durationSec));
  }
  return null;
}

function progressOf(fields: Readonly<Record<string, string>>, ended: boolean): FfmpegProgress {
  const microseconds = numberOf(fields['out_time_us']);
  return {
    frame: numberOf(fields['frame']),
    fps: numberOf(fields['fps']),
    sizeBytes: numberOf(fields['total_size']),
    bitrateBps: scaled(numberOf(fields['bitrate'], 'kbits/s'), 1000),
    // Some versions print the smallest 64-bit integer instead of N/A before the first packet.
    outTimeSec: microseconds === null || microseconds < -1e15 ? null : microseconds / 1e6,
    duplicatedFrames: numberOf(fields['dup_frames']),
    droppedFrames: numberOf(fields['drop_frames']),
    speed: numberOf(fields['speed'], 'x'),
    ended,
  };
}

function numberOf(text: string | undefined, unit = ''): number | null {
  if (text === undefined || !text.endsWith(unit)) return null;
  const digits = text.slice(0, text.length - unit.length).trim();
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(digits) ? Number(digits) : null;
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : Math.round(value * factor);
}
