import { setPriority } from 'node:os';
import { execa } from 'execa';
import type { FailureCode } from '#shared/model/failure.ts';
import { classifyFailure } from '#main/media/command/classify-failure.ts';
import {
  type ExpectedWork,
  estimateProgress,
  type FfmpegProgress,
  noProgressYet,
  type ProgressEstimate,
  readProgressLine,
} from '#main/media/command/progress.ts';
import { shellCommand } from '#main/media/command/shell-quote.ts';
import { addStderrLine, emptyDigest } from '#main/media/command/stderr-digest.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { readLines } from './read-lines.ts';
import type { ProcessJournal } from './process-journal.ts';
import { processWatchdog } from './watchdog.ts';

/** What one run may use of the machine. */
export type Allowance = {
  /** POSIX nice value (Windows: a priority class that comes nearest); null leaves it like everything else. */
  niceness: number | null;
  /** Cores as `taskset` lists them (`0-3,6`), Linux only; null is all. */
  cpuSet: string | null;
  env: Readonly<Record<string, string>>;
  /** Called once, when the run has ended. */
  end: () => void;
};

export type FfmpegPaths = {
  ffmpegPath: string;
  ffprobePath: string;
  /** Asked at each start. Without it a run may use all there is. */
  allow?: (() => Allowance) | undefined;
  /** Where hardware encoders run, as media/command/gpu-device.ts takes it; null leaves it to FFmpeg. */
  gpuDevice?: (() => string | null) | undefined;
  /** Where what runs is noted for the next start. */
  journal?: ProcessJournal | undefined;
};

export type FfmpegCommand = {
  tool: 'ffmpeg' | 'ffprobe';
  /** One element is one argv token. `-nostdin` and `-progress pipe:1` are the caller's. */
  args: readonly string[];
  /** Absolute folder to run in. */
  cwd: string;
};

export type RunOptions = {
  tools: FfmpegPaths;
  signal: AbortSignal;
  log: Logger;
  /** Called for each block of `-progress pipe:1`. */
  onProgress?: ((progress: FfmpegProgress & ProgressEstimate) => void) | undefined;
  /** What `ratio` and `etaSec` are measured against. */
  expected?: ExpectedWork | undefined;
  /**
   * Ends the run as `stalled` when nothing moves for so long; never when left out. Rewriting a finished MP4 for faststart
   * also counts as standing still.
   */
  stallTimeoutMs?: number | undefined;
  /** How long an asked stop may take before it is forced. */
  forceAfterMs?: number | undefined;
  /** Half-made files, absolute: deleted if Encrew dies during the run. Otherwise they are the caller's to keep or delete. */
  partialPaths?: readonly string[] | undefined;
  clock?: Clock | undefined;
};

export const defaultForceAfterMs = 5_000;

type Evidence = {
  /** Pasteable. */
  commandLine: string;
  /** The last lines of stderr, bounded. */
  stderrTail: readonly string[];
  /** How often FFmpeg told of damaged input that it went on after. */
  decodeErrors: number;
  elapsedMs: number;
  /** The last block of `-progress`; null when there was none. */
  progress: FfmpegProgress | null;
};

export type FfmpegSuccess = Evidence & {
  ok: true;
  /** All of stdout as UTF-8; empty when it carried progress. */
  stdout: string;
};

export type FfmpegFailure = Evidence & {
  ok: false;
  code: FailureCode;
  /** One line for people, with FFmpeg's own words where it had any. */
  message: string;
  exitCode: number | null;
  /** The signal that ended it (`SIGKILL`). */
  signal: string | null;
  /** How Encrew ended it: it obeyed when asked, or had to be forced. Null when it ended by itself. */
  ended: 'asked' | 'forced' | null;
  /** What it had printed till then; empty when stdout carried progress. */
  stdout: string;
};

export type FfmpegOutcome = FfmpegSuccess | FfmpegFailure;

/** More than any answer this project asks for (packet lists of a tail); keeps a runaway from filling memory. */
const longestStdout = 64 * 1024 * 1024;

/**
 * The one place where FFmpeg and ffprobe are started: argv, never a shell. Expected failures are values. A stop asks first
 * (SIGTERM, on which FFmpeg closes its files) and forces after `forceAfterMs`; Windows knows only force.
 */
export async function runFfmpeg(command: FfmpegCommand, options: RunOptions): Promise<FfmpegOutcome> {
  const { log, signal, clock = systemClock } = options;
  const program = command.tool === 'ffmpeg' ? options.tools.ffmpegPath : options.tools.ffprobePath;
  const commandLine = shellCommand([program, ...command.args]);
  const startedMs = clock.monotonicMs();
  const carriesProgress = command.args.some((word, i) => word === 'pipe:1' && command.args[i - 1] === '-progress');
  let digest = emptyDigest;
  let progress: FfmpegProgress | null = null;
  let stdout = '';

  const evidence = (): Evidence => ({
    commandLine,
    stderrTail: digest.tail,
    decodeErrors: digest.decodeErrors,
    elapsedMs: clock.monotonicMs() - startedMs,
    progress,
  });
  if (signal.aborted) {
    const nothing = { exitCode: null, signal: null, ended: null, stdout };
    return {
      ok: false,
      code: 'stopped',
      message: 'FFmpeg was not started: a stop was asked for',
      ...nothing,
      ...evidence(),
    };
  }

  log.debug({ cwd: command.cwd, command: commandLine }, 'starting');
  const stall = stallTimer(options.stallTimeoutMs, clock);
  const allowance = options.tools.allow?.() ?? everything;
  const child = spawnTool(program, command, allowance, AbortSignal.any([signal, stall.signal]), options.forceAfterMs);
  setNiceness(child.pid, allowance.niceness, log);
  const watched = watch(child, options.partialPaths ?? [], options.tools.journal);
  stall.moved();

  let progressState = noProgressYet;
  const onProgressLine = (line: string): void => {
    const read = readProgressLine(progressState, line);
    progressState = read.state;
    if (read.progress === null) return;
    if (hasMoved(progress, read.progress)) stall.moved();
    progress = read.progress;
    const elapsedSec = (clock.monotonicMs() - startedMs) / 1000;
    const expected = options.expected ?? { frames: null, durationSec: null };
    options.onProgress?.({ ...progress, ...estimateProgress(progress, expected, elapsedSec) });
  };
  const onText = (text: string): void => {
    if (stdout.length + text.length > longestStdout)
      throw new RangeError(`a longer answer than expected: ${commandLine}`);
    stdout += text;
    stall.moved();
  };
  const onStderrLine = (line: string): void => {
    digest = addStderrLine(digest, line);
    if (!carriesProgress) stall.moved();
  };
  try {
    await Promise.all([
      readLines(child.stderr, onStderrLine),
      carriesProgress ? readLines(child.stdout, onProgressLine) : readText(child.stdout, onText),
    ]);
  } catch (error) {
    // A reader that gives up (a callback that throws) must not leave the process behind.
    child.kill('SIGKILL');
    throw error;
  } finally {
    await child;
    stall.cancel();
    watched.ended();
    allowance.end();
  }
  const result = await child;

  const exitCode = result.exitCode ?? null;
  const failure = classifyFailure({
    args: command.args,
    exitCode,
    signal: result.signal ?? null,
    endedBecause:
      signal.aborted && result.isCanceled ? 'stop' : stall.signal.aborted && result.isCanceled ? 'stall' : null,
    startError: exitCode === null && result.signal === undefined ? (result.code ?? 'no exit code') : null,
    stderr: digest.tail,
    outputFaults: digest.outputFaults,
  });
  if (failure === null) return { ok: true, stdout, ...evidence() };
  log.debug({ command: commandLine, exitCode, code: failure.code, decodeErrors: digest.decodeErrors }, failure.message);
  return {
    ok: false,
    ...failure,
    exitCode,
    signal: result.signal ?? null,
    ended: result.isCanceled ? (result.isForcefullyTerminated ? 'forced' : 'asked') : null,
    stdout,
    ...evidence(),
  };
}

type Child = ReturnType<typeof spawnTool>;

const everything: Allowance = { niceness: null, cpuSet: null, env: {}, end: () => {} };

function spawnTool(
  program: string,
  command: FfmpegCommand,
  { cpuSet, env }: Allowance,
  cancelSignal: AbortSignal,
  forceAfterMs?: number,
) {
  // taskset sets its own affinity and becomes the program: one process, one pid.
  const [file, ...before] = cpuSet === null ? [program] : ['taskset', '-c', cpuSet, program];
  return execa(file, [...before, ...command.args], {
    cwd: command.cwd,
    stdin: 'ignore',
    reject: false,
    buffer: false,
    cancelSignal,
    forceKillAfterDelay: forceAfterMs ?? defaultForceAfterMs,
    // Ctrl-C goes to a whole process group: FFmpeg in its own is stopped by Encrew alone, and never twice.
    detached: process.platform !== 'win32',
    windowsHide: true,
    // FFREPORT would make FFmpeg write log files wherever the user's shell said; no web proxy reaches our own loopback.
    env: { AV_LOG_FORCE_NOCOLOR: '1', FFREPORT: undefined, http_proxy: undefined, ...env },
  });
}

/** At once, before it has threads: Linux changes the one thread that is named, and new ones take after it. */
function setNiceness(pid: number | undefined, niceness: number | null, log: Logger): void {
  if (pid === undefined || niceness === null) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    // It may be over already, or this process is nicer than that itself.
    log.debug({ pid, niceness, error: String(error) }, 'the priority could not be set');
  }
}

function watch(child: Child, partialPaths: readonly string[], journal?: ProcessJournal): { ended(): void } {
  const { pid } = child;
  if (pid === undefined) return { ended: () => {} };
  const watchdog = processWatchdog();
  watchdog.processStarted(pid);
  const noteEnd = journal?.started(pid);
  for (const path of partialPaths) watchdog.partialFile(path);
  return {
    ended: () => {
      watchdog.processEnded(pid);
      noteEnd?.();
      for (const path of partialPaths) watchdog.partialFileDone(path);
    },
  };
}

function stallTimer(
  timeoutMs: number | undefined,
  clock: Clock,
): { signal: AbortSignal; moved(): void; cancel(): void } {
  const controller = new AbortController();
  let callOff = (): void => {};
  const moved = (): void => {
    callOff();
    if (timeoutMs !== undefined) callOff = clock.after(timeoutMs, () => controller.abort());
  };
  return { signal: controller.signal, moved, cancel: () => callOff() };
}

function hasMoved(before: FfmpegProgress | null, now: FfmpegProgress): boolean {
  return (
    before === null ||
    before.frame !== now.frame ||
    before.outTimeSec !== now.outTimeSec ||
    before.sizeBytes !== now.sizeBytes ||
    before.droppedFrames !== now.droppedFrames
  );
}

async function readText(stream: AsyncIterable<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
}
