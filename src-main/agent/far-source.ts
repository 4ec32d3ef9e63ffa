import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { hasTwoPasses } from '#main/media/command/encoder-options.ts';
import type { Clock } from '#main/platform/clock.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import type { Logger } from '#main/platform/logger.ts';
import { sharedWork } from '#main/platform/shared-work.ts';
import { chooseWay } from '#main/transfer/choose-way.ts';
import { type Copied, copySource } from '#main/transfer/copy-source.ts';
import { type SourceFault, type SourceReader, sourceReader } from '#main/transfer/read-source.ts';
import type { ServerClient } from '#main/transfer/server-client.ts';
import { openSourceProxy } from '#main/transfer/source-proxy.ts';
import { sourceTag } from '#main/transfer/source-tag.ts';
import type { PathMap } from '#shared/model/node.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import type { Assignment, TaskPace } from '#shared/protocol/node.ts';
import { sourceInSight } from './source-in-sight.ts';

/*
 * One job's source on a far node: seen on a share, streamed, or copied. Which of them is decided anew for every task, by what
 * the earlier ones have shown.
 */

export type FarSourceDeps = {
  client: ServerClient;
  clock: Clock;
  log: Logger;
  pathMaps: () => readonly PathMap[];
  mountFolders: () => Promise<string[]>;
  /** Measured by all transfers of this node, bits a second; null before the first. */
  linkBps: () => number | null;
  onTravelled: (travelled: { bytes: number; sec: number }) => void;
};

export type OpenedSource = {
  /** For FFmpeg's `-i`. */
  input: string;
  /** Aborted when the source is lost for good: a task that reads it can't come to a good end. */
  signal: AbortSignal;
  fault: () => SourceFault | null;
  /** It waits for a server that is out of reach. */
  isStuck: () => boolean;
  reading: () => NonNullable<TaskPace['reading']>;
  close: () => Promise<void>;
};

export type FarSource = {
  /** Rejects with what the signal was aborted with. */
  open: (
    task: PlannedTask,
    signal: AbortSignal,
  ) => Promise<{ ok: true; source: OpenedSource } | { ok: false; fault: SourceFault }>;
  /** Tells how long a task took that read it. */
  wasRead: (task: PlannedTask, encodeSec: number) => void;
  /** What was thought to be the source is not, or not any more: the next task looks anew. */
  lookAnew: () => void;
};

/** @param workFolder of the job, on this node; there */
export function farSource(
  { jobId, source, plan, choice }: Assignment,
  workFolder: string,
  deps: FarSourceDeps,
): FarSource {
  const { client, clock, log } = deps;
  let seen: { path: string | null; maps: string } | null = null;
  let readBytes = 0;
  let encode: { bytes: number; sec: number } | null = null;
  let isCopyTold = false;
  const copyPath = join(workFolder, copyName(source));
  const copying = sharedWork(async (signal): Promise<{ copied: Copied; reader: SourceReader }> => {
    const reader = sourceReader(jobId, source, { client, clock });
    const copied = await copySource(reader, { path: copyPath, fingerprint: source.fingerprint }, signal);
    deps.onTravelled(reader.travelled());
    return { copied, reader };
  });

  const look = async (signal: AbortSignal): Promise<string | null> => {
    const { mountFolders } = deps;
    const pathMaps = deps.pathMaps();
    const maps = JSON.stringify(pathMaps);
    if (seen === null || (seen.path === null && seen.maps !== maps)) {
      const path = await sourceInSight({ jobId, source }, { client, clock, signal, pathMaps, mountFolders });
      seen = { path, maps };
      log.info({ job: jobId, path }, path === null ? 'the source is read from the server' : 'the source is seen here');
    }
    return seen.path;
  };
  const wayOf = async (task: PlannedTask): Promise<'stream' | 'copy'> => {
    const { freeBytes } = await freeSpace(workFolder);
    const choiceOfWay = chooseWay({
      ...{ sizeBytes: source.sizeBytes, freeBytes, linkBps: deps.linkBps() },
      partsBytes: plan.estimatedBytes,
      encodeBps: encode === null || encode.sec === 0 ? null : (encode.bytes * 8) / encode.sec,
      readBytes: readBytes + likelyBytes(plan, task, choice, source.sizeBytes),
    });
    log.info({ job: jobId, task: task.id, ...choiceOfWay }, 'how the source is read');
    return choiceOfWay.way;
  };

  return {
    open: async (task, signal) => {
      const path = await look(signal);
      if (path !== null) return { ok: true, source: local(path, { way: 'path', bytes: 0, sec: 0 }) };
      if ((await wayOf(task)) === 'copy') {
        const { copied, reader } = await copying(signal);
        if (copied.ok) {
          // It travelled once, however many read it.
          const travelled = isCopyTold ? { bytes: 0, sec: 0 } : reader.travelled();
          isCopyTold = true;
          return { ok: true, source: local(copyPath, { way: 'copy', ...travelled }) };
        }
        if ('fault' in copied) return { ok: false, fault: copied.fault };
        log.warn({ job: jobId, because: copied.because }, 'the copy of the source is of no use: it is streamed');
      }
      return { ok: true, source: await streamed({ jobId, source }, deps) };
    },
    wasRead: (task, sec) => {
      const bytes = likelyBytes(plan, task, choice, source.sizeBytes);
      readBytes += bytes;
      encode = { bytes, sec };
    },
    lookAnew: () => {
      seen = null;
    },
  };
}

/** Deletes copies of a source; what was encoded of it stays. */
export async function removeCopies(workFolder: string): Promise<void> {
  for (const name of await readdir(workFolder).catch(() => [])) {
    if (name.startsWith(copyPrefix)) await rm(join(workFolder, name), { force: true });
  }
}

/** How much of the source a task reads, by what it makes of it. */
export function likelyBytes(plan: EncodePlan, task: PlannedTask, choice: EncoderChoice, sizeBytes: number): number {
  // Sound and subtitles lie between the pictures of the whole film.
  if (task.chunk === null) return sizeBytes;
  const rungs = plan.video.filter(({ id }) => task.renditions.includes(id));
  const passes = rungs.some(({ id, rate }) => hasTwoPasses(rate, choice[id] ?? '')) ? 2 : 1;
  return Math.min(1, task.chunk.frames / plan.grid.frames) * passes * sizeBytes;
}

const copyPrefix = 'source-';

function copyName(source: Assignment['source']): string {
  // FFmpeg takes the ending as a hint of what it is.
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(basename(source.path))?.[0] ?? '';
  return `${copyPrefix}${sourceTag(source).replaceAll('"', '')}${ending}`;
}

function local(input: string, reading: NonNullable<TaskPace['reading']>): OpenedSource {
  return {
    ...{ input, signal: new AbortController().signal },
    fault: () => null,
    isStuck: () => false,
    reading: () => reading,
    close: async () => {},
  };
}

async function streamed(
  { jobId, source }: Pick<Assignment, 'jobId' | 'source'>,
  { client, clock, onTravelled }: FarSourceDeps,
): Promise<OpenedSource> {
  const reader = sourceReader(jobId, source, { client, clock });
  const lost = new AbortController();
  let fault: SourceFault | null = null;
  const proxy = await openSourceProxy({
    reader,
    fileName: source.path.split(/[\\/]/).at(-1) ?? 'source',
    token: randomBytes(32).toString('base64url'),
    onFault: (told) => {
      fault ??= told;
      lost.abort();
    },
  });
  return {
    input: proxy.url,
    signal: lost.signal,
    fault: () => fault,
    isStuck: reader.isStuck,
    reading: () => ({ way: 'stream', ...reader.travelled() }),
    close: async () => {
      await proxy.close();
      onTravelled(reader.travelled());
    },
  };
}
