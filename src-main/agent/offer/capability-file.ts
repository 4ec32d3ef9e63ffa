import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { gpu, triedEncoder } from '#shared/model/node.ts';
import type { MachineFacts } from './machine-facts.ts';

const codecListing = z.strictObject({
  name: z.string(),
  kind: z.enum(['video', 'audio', 'subtitle']),
  codec: z.string(),
  experimental: z.boolean(),
});

/** What was found out about this machine, kept so that the next start knows it at once. */
export const knownCapabilities = z.strictObject({
  /** Of the FFmpeg and the machine that it holds for. */
  key: z.string(),
  /** What FFmpeg lists. */
  listed: z.strictObject({
    encoders: z.array(codecListing),
    decoders: z.array(z.string()),
    filters: z.array(z.string()),
  }),
  gpus: z.array(gpu),
  /** Tried ones only. */
  encoders: z.array(triedEncoder),
});
export type KnownCapabilities = z.infer<typeof knownCapabilities>;

/** Raised when trials or benchmarks change: what older ones found is found anew then. */
const formatVersion = 1;

/** Another FFmpeg, or another processor, has to be tried and measured anew. */
export function capabilityKey({ version, configuration }: FfmpegTools, facts: MachineFacts): string {
  const { cores, cpuModel, platform, arch } = facts;
  const all = [formatVersion, version, configuration, cores, cpuModel, platform, arch];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** `{data}/capabilities.json`. */
export function capabilityPath(dataDir: string): string {
  return join(dataDir, 'capabilities.json');
}

/** Null when nothing is known, or only of another FFmpeg or machine. A file that can't be read is made anew. */
export async function readCapabilities(path: string, key: string, log: Logger): Promise<KnownCapabilities | null> {
  try {
    const known = knownCapabilities.parse(JSON.parse(await readFile(path, 'utf8')));
    return known.key === key ? known : null;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      log.warn({ path, error: String(error) }, 'what this machine can do is found out anew');
    return null;
  }
}

/** Keeps it; a disk that refuses costs the next start some time, and nothing else. */
export async function keepCapabilities(dataDir: string, known: KnownCapabilities, log: Logger): Promise<void> {
  try {
    await makeFolders(dataDir);
    await writeFileAtomically(capabilityPath(dataDir), `${JSON.stringify(known)}\n`);
  } catch (error) {
    log.warn({ error: String(error) }, 'what this machine can do could not be written down');
  }
}
