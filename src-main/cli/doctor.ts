import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { measureEncoder } from '#main/agent/offer/benchmark.ts';
import { capabilityKey, capabilityPath, readCapabilities } from '#main/agent/offer/capability-file.ts';
import { isWorthTrying, videoCodecOf } from '#main/agent/offer/encoder-book.ts';
import { isFullScreen } from '#main/agent/offer/full-screen.ts';
import { type MachineFacts, machineFacts, thisHardware } from '#main/agent/offer/machine-facts.ts';
import { capabilitiesOf, proveEncoder, trialEncode } from '#main/ffmpeg/capabilities.ts';
import { FfmpegNotFound, type FfmpegTools, findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { type FreeSpace, freeSpace } from '#main/platform/free-space.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { Gpu, TriedEncoder } from '#shared/model/node.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';

export type Diagnosis = {
  node: string;
  /** ISO 8601, UTC. */
  time: string;
  machine: MachineFacts & {
    /** Null where they can't be told, as with all of these. */
    gpus: Gpu[] | null;
    temperatureC: number | null;
    onBattery: boolean | null;
    fullScreen: boolean | null;
  };
  ffmpeg: FfmpegTools | null;
  encoders: readonly TriedEncoder[];
  disks: readonly (FreeSpace & { path: string })[];
  /** What keeps Encrew from working here, one line each; empty when it is well. */
  problems: readonly string[];
};

export type DoctorWishes = {
  /** Where a node has kept the speeds that it measured. */
  dataDir: string;
  /** Measure them now. */
  speed: boolean;
};

/** `encrew doctor`: what this machine can do, and what is missing. Exit code 1 when something is. */
export function doctorCommand(clock: Clock = systemClock): Command {
  return new Command('doctor')
    .description(
      'Shows the machine, FFmpeg, the encoders that really work here and how fast, free disk space and the time.',
    )
    .option('--json', 'print one JSON object')
    .option('--data <dir>', 'where a node has kept the speeds that it measured')
    .option('--speed', 'measure the speed of each encoder now; takes a minute or two')
    .action(async (options: { json?: boolean; data?: string; speed?: boolean }) => {
      const wishes = { dataDir: dataFolder(options.data, process.env), speed: options.speed === true };
      const found = await diagnose(clock, interruption(clock), wishes);
      process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : report(found));
      if (found.problems.length > 0) process.exitCode = exitCode.workFailed;
    });
}

/** Finds out without printing; what is missing is an answer, not an error. */
export async function diagnose(clock: Clock, signal: AbortSignal, wishes: DoctorWishes): Promise<Diagnosis> {
  const disks = [];
  for (const path of new Set([process.cwd(), tmpdir()])) disks.push({ path, ...(await freeSpace(path)) });
  const facts = machineFacts();
  const hardware = thisHardware(clock, silentLogger);
  const gpus = await hardware.gpus();
  const about = {
    ...{ node: process.versions.node, time: new Date(clock.nowMs()).toISOString(), disks },
    machine: {
      ...{ ...facts, gpus },
      temperatureC: await hardware.temperatureC(gpus !== null && gpus.length > 0),
      onBattery: await hardware.onBattery(),
      fullScreen: await isFullScreen().catch(() => null),
    },
  };
  let tools: FfmpegTools;
  try {
    tools = await findFfmpeg();
  } catch (error) {
    if (!(error instanceof FfmpegNotFound)) throw error;
    return { ...about, ffmpeg: null, encoders: [], problems: [error.message] };
  }

  const deps = { tools, log: silentLogger, clock };
  const { encoders: listed, filters } = await capabilitiesOf(deps, signal);
  const known = await readCapabilities(capabilityPath(wishes.dataDir), capabilityKey(tools, facts), silentLogger);
  const encoders: TriedEncoder[] = [];
  for (const { name, codec } of listed.filter((encoder) => isWorthTrying(encoder.name))) {
    const trial = await proveEncoder(name, { tools, log: silentLogger }, signal);
    const measured = known?.encoders.find((encoder) => encoder.name === name)?.megapixelsPerSec ?? null;
    const speed = wishes.speed ? await measureEncoder(name, videoCodecOf(codec), deps, signal) : measured;
    encoders.push(
      trial.works
        ? { name, works: true, reason: null, megapixelsPerSec: speed }
        : { name, works: false, reason: trial.reason, megapixelsPerSec: null },
    );
  }
  for (const name of soundEncoders) {
    const trial = await trialEncode(name, deps, signal);
    encoders.push({ name, works: trial.works, reason: trial.works ? null : trial.reason, megapixelsPerSec: null });
  }
  const lacking = [
    ...neededEncoders
      .filter((name) => !listed.some((encoder) => encoder.name === name))
      .map((name) => `the encoder ${name}`),
    ...neededFilters.filter((name) => !filters.has(name)).map((name) => `the filter ${name}`),
  ];
  const problems = lacking.map((what) => `this FFmpeg lacks ${what}: install a full build or set ENCREW_FFMPEG`);
  return { ...about, ffmpeg: tools, encoders, problems };
}

/** What the built-in profiles ask for. */
const soundEncoders = ['aac', 'ac3', 'eac3', 'libopus', 'flac'];
const neededEncoders = ['libx264', 'aac'];
/** Scaling and tone mapping. */
const neededFilters = ['scale', 'zscale', 'tonemap'];

function report(found: Diagnosis): string {
  const { ffmpeg, machine } = found;
  const { cpuModel, cores, memoryBytes, gpus, temperatureC, onBattery } = machine;
  const lines = [
    `Processor  ${cpuModel ?? 'unknown'}, ${cores} cores, ${gib(memoryBytes)} GiB of memory`,
    ...gpuLines(gpus),
    `State      ${temperatureC === null ? 'temperature unknown' : `${temperatureC} °C`}${onBattery === true ? ', on battery' : ''}`,
    ffmpeg === null ? 'FFmpeg     none' : `FFmpeg     ${ffmpeg.version} (${ffmpeg.origin}, ${ffmpeg.ffmpegPath})`,
    `Node       ${found.node}`,
    `Time       ${found.time}`,
    ...found.disks.map(
      ({ path, freeBytes, totalBytes }) => `Disk       ${gib(freeBytes)} of ${gib(totalBytes)} GiB free at ${path}`,
    ),
    ...found.encoders.map((encoder) => `Encoder    ${encoder.name}: ${verdict(encoder)}`),
    ...found.problems.map((problem) => `Problem    ${problem}`),
    found.problems.length === 0 ? 'Encrew can work here.' : 'Encrew cannot work here yet.',
  ];
  return `${lines.join('\n')}\n`;
}

function gpuLines(gpus: readonly Gpu[] | null): string[] {
  if (gpus === null) return ['GPU        unknown'];
  if (gpus.length === 0) return ['GPU        none'];
  return gpus.map(({ index, model, memoryBytes }) => {
    return `GPU ${index}      ${model}${memoryBytes === null ? '' : `, ${gib(memoryBytes)} GiB`}`;
  });
}

function verdict({ works, reason, megapixelsPerSec }: TriedEncoder): string {
  if (!works) return `no, ${reason ?? 'unknown'}`;
  return megapixelsPerSec === null ? 'works' : `works, ${megapixelsPerSec} million pixels a second`;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
