import { mkdir, writeFile } from 'node:fs/promises';
import { capabilityKey, capabilityPath, type KnownCapabilities } from '#main/agent/offer/capability-file.ts';
import { isWorthTrying } from '#main/agent/offer/encoder-book.ts';
import { machineFacts } from '#main/agent/offer/machine-facts.ts';
import { capabilitiesOf } from '#main/ffmpeg/capabilities.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { thisFfmpeg } from './this-ffmpeg.ts';

/*
 * What a first start finds out about this machine in ten seconds of processor time: for each of dozens of servers and nodes that
 * would be most of what the tests cost.
 */

type Machine = { tools: FfmpegTools; known: Omit<KnownCapabilities, 'key'> };

let machine: Promise<Machine> | null = null;

/**
 * Leaves a data folder as an earlier start would have left it, on a machine whose FFmpeg lists no hardware; what is there
 * already stays. That software works is believed, and the speeds are no measured ones. A process that is held to some cores takes
 * them for the machine's: `cores`.
 */
export async function knowMachine(dataDir: string, cores = machineFacts().cores): Promise<void> {
  machine ??= listMachine();
  const { tools, known } = await machine;
  const content = { key: capabilityKey(tools, { ...machineFacts(), cores }), ...known };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(capabilityPath(dataDir), `${JSON.stringify(content)}\n`, { flag: 'wx' }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

async function listMachine(): Promise<Machine> {
  const tools = await thisFfmpeg();
  const listed = await capabilitiesOf({ tools, log: silentLogger }, new AbortController().signal);
  const encoders = listed.encoders.filter(({ name }) => !isHardwareEncoder(name));
  const believed = encoders
    .filter(({ name }) => isWorthTrying(name))
    .map(({ name }) => ({ name, works: true, reason: null, megapixelsPerSec: 20 }));
  return {
    tools,
    known: {
      listed: { encoders, decoders: listed.decoders.map(({ name }) => name), filters: [...listed.filters] },
      ...{ gpus: [], encoders: believed },
    },
  };
}
