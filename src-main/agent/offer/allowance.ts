import { readFileSync } from 'node:fs';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Allowance } from '#main/ffmpeg/run.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { NodeLimits } from '#shared/model/node.ts';
import { leastUsed, readCoreList, writeCoreList } from './core-list.ts';

/*
 * How the owner's limits reach FFmpeg: by its priority, its cores and its environment, never by words of its command. A
 * number of threads there would change what x264 and x265 write; with a plan that fixes it, cores change nothing.
 */

export type Allowances = {
  /** The programs, started within the limits as they are at that moment. */
  tools: FfmpegTools;
  /** How many cores FFmpeg may use; null is all. */
  cores: () => number | null;
  set: (limits: NodeLimits) => void;
};

export type Machine = {
  platform: NodeJS.Platform;
  /** Cores that this process may use; null where the system doesn't say. */
  cores: readonly number[] | null;
  hasTaskset: boolean;
  /** Render nodes of the GPUs, in the order of their numbers. */
  renderNodes: readonly string[];
};

/** What this machine has for limits to work with. */
export async function limitedMachine(): Promise<Machine> {
  const { platform } = process;
  if (platform !== 'linux') return { platform, cores: null, hasTaskset: false, renderNodes: [] };
  return {
    platform,
    cores: allowedCores(),
    hasTaskset: await isOnPath('taskset'),
    renderNodes: await renderNodes(),
  };
}

/** Tools that obey `limits`, and later ones when they are set. What this machine can't obey is logged. */
export function allowances(tools: FfmpegTools, machine: Machine, limits: NodeLimits, log: Logger): Allowances {
  const uses = new Map<number, number>();
  let now = limits;
  const tellOfUnobeyed = (): void => {
    for (const message of unobeyed(now, machine)) log.warn({}, message);
  };
  tellOfUnobeyed();

  const use = (cores: readonly number[], by: 1 | -1): void => {
    for (const core of cores) uses.set(core, (uses.get(core) ?? 0) + by);
  };
  const allow = (): Allowance => {
    const usable = usableCores(now, machine);
    // Side by side they take different cores, as long as there are any.
    const cores = usable === null ? null : leastUsed(usable, uses, now.threads ?? usable.length);
    use(cores ?? [], 1);
    return {
      niceness: now.niceness,
      cpuSet: cores === null ? null : writeCoreList(cores),
      env: now.gpuIndex === null ? {} : { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: String(now.gpuIndex) },
      end: () => use(cores ?? [], -1),
    };
  };
  return {
    tools: { ...tools, allow, gpuDevice: () => gpuDeviceOf(now, machine) },
    cores: () => usableCores(now, machine)?.length ?? null,
    set: (next) => {
      if (JSON.stringify(next) === JSON.stringify(now)) return;
      now = next;
      tellOfUnobeyed();
    },
  };
}

/** What of the limits this machine can't obey, a sentence each. */
export function unobeyed(limits: NodeLimits, machine: Machine): string[] {
  const { cpuSet, threads, gpuIndex } = limits;
  const told: string[] = [];
  if (cpuSet !== null || threads !== null) {
    if (machine.platform !== 'linux') told.push('cores and threads of FFmpeg can be limited on Linux only');
    else if (!machine.hasTaskset) told.push('cores and threads of FFmpeg can’t be limited: taskset is not installed');
    else if (cpuSet !== null && ownCores(cpuSet, machine).length === 0) {
      told.push(`this machine has none of the cores ${cpuSet}: FFmpeg may use all`);
    }
  }
  if (gpuIndex !== null && machine.platform === 'linux' && gpuIndex >= Math.max(1, machine.renderNodes.length)) {
    told.push(`this machine has no GPU ${gpuIndex}`);
  }
  return told;
}

/** Null leaves FFmpeg all of them. */
function usableCores({ cpuSet, threads }: NodeLimits, machine: Machine): readonly number[] | null {
  if (!machine.hasTaskset || machine.cores === null || (cpuSet === null && threads === null)) return null;
  const wanted = cpuSet === null ? machine.cores : ownCores(cpuSet, machine);
  return wanted.length === 0 ? machine.cores : wanted;
}

function ownCores(cpuSet: string, { cores }: Machine): number[] {
  const wanted = new Set(readCoreList(cpuSet));
  return (cores ?? []).filter((core) => wanted.has(core));
}

function gpuDeviceOf({ gpuIndex }: NodeLimits, { platform, renderNodes: nodes }: Machine): string | null {
  if (gpuIndex === null) return null;
  if (platform === 'win32') return String(gpuIndex);
  return nodes[gpuIndex] ?? null;
}

/** A container may have fewer than the machine. */
function allowedCores(): number[] | null {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return list === undefined ? null : readCoreList(list);
  } catch {
    return null;
  }
}

async function renderNodes(): Promise<string[]> {
  const names = await readdir('/dev/dri').catch(() => []);
  const numbers = names.flatMap((name) => /^renderD(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b).map((number) => `/dev/dri/renderD${number}`);
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
