import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilityKey, capabilityPath, keepCapabilities } from '#main/agent/offer/capability-file.ts';
import { encoderBook } from '#main/agent/offer/encoder-book.ts';
import { machineFacts } from '#main/agent/offer/machine-facts.ts';
import { capabilitiesOf } from '#main/ffmpeg/capabilities.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { systemClock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { silentLogger } from '#main/platform/logger.ts';

/*
 * What a first start finds out about this machine, found out once for all tests: ten seconds of processor time for each of
 * dozens of servers and nodes would make most of what the tests cost.
 */

const found = new Map<number, Promise<string>>();

/**
 * Leaves a data folder as an earlier start would have left it, on a machine whose FFmpeg lists no hardware; what is there
 * already stays. The speeds are no measured ones. A process that is held to some cores takes them for the machine's: `cores`.
 */
export async function knowMachine(dataDir: string, cores = machineFacts().cores): Promise<void> {
  const tried = found.get(cores) ?? tryMachine(cores);
  found.set(cores, tried);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await copyFile(await tried, capabilityPath(dataDir), constants.COPYFILE_EXCL).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

async function tryMachine(cores: number): Promise<string> {
  const tools = await findFfmpeg();
  const clock = systemClock;
  const deps = { tools, clock, log: silentLogger };
  const { signal } = new AbortController();
  const key = capabilityKey(tools, { ...machineFacts(), cores });
  const folder = join(tmpdir(), `encrew-tried-${key.slice(0, 16)}`);
  const path = capabilityPath(folder);
  const isThere = await readFile(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  const { encoders, decoders, filters } = await capabilitiesOf(deps, signal);
  const software = encoders.filter(({ name }) => !isHardwareEncoder(name));
  const listed = { encoders: software, decoders: decoders.map(({ name }) => name), filters: [...filters] };
  const book = encoderBook(listed.encoders, [], deps);
  for (;;) if ((await book.work({ isIdle: false, signal, idleSignal: signal })) === 'nothing-due') break;
  const encodersKnown = book.tried().map((one) => ({ ...one, megapixelsPerSec: one.works ? 20 : null }));
  const mine = `${folder}.${process.pid}`;
  await keepCapabilities(mine, { key, listed, gpus: [], encoders: encodersKnown }, silentLogger);
  await mkdir(folder, { recursive: true });
  await rename(capabilityPath(mine), path);
  await rm(mine, { recursive: true });
  return path;
}
