import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { capabilitiesOf, type TrialResult, trialEncode } from '#main/ffmpeg/capabilities.ts';
import { FfmpegNotFound, type FfmpegTools, findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { type FreeSpace, freeSpace } from '#main/platform/free-space.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';

export type Diagnosis = {
  node: string;
  /** ISO 8601, UTC. */
  time: string;
  ffmpeg: FfmpegTools | null;
  encoders: readonly TrialResult[];
  disks: readonly (FreeSpace & { path: string })[];
  /** What keeps Encrew from working here, one line each; empty when it is well. */
  problems: readonly string[];
};

/** `encrew doctor`: what this machine can do, and what is missing. Exit code 1 when something is. */
export function doctorCommand(clock: Clock = systemClock): Command {
  return new Command('doctor')
    .description('Shows FFmpeg, the encoders that really work here, free disk space, Node and the time.')
    .option('--json', 'print one JSON object')
    .action(async (options: { json?: boolean }) => {
      const found = await diagnose(clock, interruption(clock));
      process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : report(found));
      if (found.problems.length > 0) process.exitCode = exitCode.workFailed;
    });
}

/** Finds out without printing; what is missing is an answer, not an error. */
export async function diagnose(clock: Clock, signal: AbortSignal): Promise<Diagnosis> {
  const disks = [];
  for (const path of new Set([process.cwd(), tmpdir()])) disks.push({ path, ...(await freeSpace(path)) });
  const machine = { node: process.versions.node, time: new Date(clock.nowMs()).toISOString(), disks };
  let tools: FfmpegTools;
  try {
    tools = await findFfmpeg();
  } catch (error) {
    if (!(error instanceof FfmpegNotFound)) throw error;
    return { ...machine, ffmpeg: null, encoders: [], problems: [error.message] };
  }

  const deps = { tools, log: silentLogger };
  const { encoders: listed, filters } = await capabilitiesOf(deps, signal);
  const names = listed.map(({ name }) => name).filter((name) => worthTrying.test(name));
  const encoders: TrialResult[] = [];
  for (const name of [...softwareEncoders, ...names]) encoders.push(await trialEncode(name, deps, signal));
  const lacking = [
    ...neededEncoders
      .filter((name) => !listed.some((encoder) => encoder.name === name))
      .map((name) => `the encoder ${name}`),
    ...neededFilters.filter((name) => !filters.has(name)).map((name) => `the filter ${name}`),
  ];
  const problems = lacking.map((what) => `this FFmpeg lacks ${what}: install a full build or set ENCREW_FFMPEG`);
  return { ...machine, ffmpeg: tools, encoders, problems };
}

/** What the built-in profiles ask for, in their order. */
const softwareEncoders = ['libx264', 'libx265', 'libsvtav1', 'libvpx-vp9', 'aac', 'ac3', 'eac3', 'libopus', 'flac'];
/** The hardware cascade, for codecs that a package can hold. */
const worthTrying = /^(h264|hevc|av1|vp9)_(nvenc|qsv|vaapi|amf|videotoolbox)$/;
const neededEncoders = ['libx264', 'aac'];
/** Scaling and tone mapping. */
const neededFilters = ['scale', 'zscale', 'tonemap'];

function report(found: Diagnosis): string {
  const { ffmpeg } = found;
  const lines = [
    ffmpeg === null ? 'FFmpeg     none' : `FFmpeg     ${ffmpeg.version} (${ffmpeg.origin}, ${ffmpeg.ffmpegPath})`,
    `Node       ${found.node}`,
    `Time       ${found.time}`,
    ...found.disks.map(
      ({ path, freeBytes, totalBytes }) => `Disk       ${gib(freeBytes)} of ${gib(totalBytes)} GiB free at ${path}`,
    ),
    ...found.encoders.map((trial) => `Encoder    ${trial.encoder}: ${trial.works ? 'works' : `no, ${trial.reason}`}`),
    ...found.problems.map((problem) => `Problem    ${problem}`),
    found.problems.length === 0 ? 'Encrew can work here.' : 'Encrew cannot work here yet.',
  ];
  return `${lines.join('\n')}\n`;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
