import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import type { Logger } from '#main/platform/logger.ts';
import { mountFolders } from '#main/platform/mount-folders.ts';
import { sharedWork } from '#main/platform/shared-work.ts';
import { dropParts, sendParts } from '#main/transfer/send-parts.ts';
import type { SourceFault } from '#main/transfer/read-source.ts';
import { LinkDown, type ServerClient } from '#main/transfer/server-client.ts';
import { bytesText } from '#shared/format/quantity.ts';
import type { PathMap } from '#shared/model/node.ts';
import type { JobErrorCode } from '#shared/model/failure.ts';
import type { Assignment, TaskEnding, TaskPace } from '#shared/protocol/node.ts';
import { folderAnswer } from '#shared/protocol/node-work.ts';
import { checkpointKey, readCheckpoint, type TaskReport } from './checkpoint.ts';
import { damage } from './source-damage.ts';
import { type FarSource, farSource, removeCopies } from './far-source.ts';
import { fetchExtracted, needsExtracted } from './fetch-extracted.ts';
import type { Hands, TaskTools } from './hands.ts';
import { runTask, type TaskOutcome } from './run-task.ts';

/*
 * The hands of a node that is another machine than its server: it reads the source by the cheapest way there is, encodes in its
 * own data folder, and brings what came of it to the server.
 */

export type FarHandsOptions = {
  /** Absolute; this process' own. */
  dataDir: string;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  /** Of the paired server. */
  client: ServerClient;
  /** By the latest orders. */
  pathMaps: () => readonly PathMap[];
  /** Below which to look for sources; where disks and shares are mounted, when left out. */
  mountFolders?: () => Promise<string[]>;
};

export type FarHands = Hands & {
  /** Deletes folders of jobs that ended while the server could not say so: for each new connection. */
  tidy: () => Promise<void>;
};

/** What a node has of one job. */
type Bench = {
  workFolder: string;
  source: FarSource;
  extracted: (signal: AbortSignal) => Promise<boolean>;
  running: number;
};

const outageDelayMs = 10_000;
/** Logs, tiles, and what an estimate missed. */
const spareBytes = 256 * 2 ** 20;

/** What a far node does with its leases: it encodes, and never packages. */
export function farHands(options: FarHandsOptions): FarHands {
  const { dataDir, tools, clock, log, client } = options;
  const work = join(dataDir, 'work');
  const benches = new Map<string, Bench>();
  let linkBps: number | null = null;

  const benchOf = async (assignment: Assignment): Promise<Bench> => {
    const { folderKey } = assignment;
    const workFolder = join(work, folderKey);
    await mkdir(workFolder, { recursive: true });
    const found = benches.get(folderKey);
    if (found !== undefined) return found;
    const bench: Bench = {
      workFolder,
      running: 0,
      source: farSource(assignment, workFolder, {
        ...{ client, clock, log, pathMaps: options.pathMaps },
        mountFolders: options.mountFolders ?? mountFolders,
        linkBps: () => linkBps,
        onTravelled: ({ bytes, sec }) => {
          if (bytes >= worthMeasuringBytes && sec > 0) linkBps = (bytes * 8) / sec;
        },
      }),
      extracted: sharedWork(async (signal) => fetchExtracted(assignment, workFolder, { client, clock, signal })),
    };
    benches.set(folderKey, bench);
    return bench;
  };

  const execute: Hands['execute'] = async (assignment, task) => {
    const { type } = assignment.task;
    if (type !== 'video' && type !== 'audio' && type !== 'extract') {
      return released(`a ${type} task is the server's own`, outageDelayMs);
    }
    const bench = await benchOf(assignment);
    bench.running += 1;
    try {
      return await encodeAndSend(assignment, bench, task);
    } catch (error) {
      if (task.signal.aborted) return stopped;
      if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT')
        return failed('disk-full', 'the disk of the node is full');
      throw error;
    } finally {
      bench.running -= 1;
    }
  };

  return {
    execute,
    forget: async ({ folderKey, keepParts }) => {
      const folder = join(work, folderKey);
      benches.delete(folderKey);
      if (keepParts) await removeCopies(folder);
      else await rm(folder, { recursive: true, force: true });
    },
    close: async () => {
      benches.clear();
    },
    tidy: async () => {
      const names = (await readdir(work).catch(() => [])).filter((name) => (benches.get(name)?.running ?? 0) === 0);
      const needed = names.length === 0 ? null : await stillNeeded(names.slice(0, 1000), options);
      if (needed === null) return;
      for (const name of names) {
        if (needed.has(name) || (benches.get(name)?.running ?? 0) > 0) continue;
        benches.delete(name);
        await rm(join(work, name), { recursive: true, force: true });
      }
    },
  };

  async function encodeAndSend(assignment: Assignment, bench: Bench, task: TaskTools): Promise<TaskEnding> {
    const made = await encode(assignment, bench, task);
    if (!made.ok) return made.ending;
    const { report, pace } = made;
    const { lease } = assignment;
    const folder = join(bench.workFolder, taskFolder(assignment.task.id, 'done'));
    const { files, ffmpegVersion, decodeErrors } = report;
    const deps = { client, clock, signal: task.signal };
    const sent = await sendParts({ lease, folder, files, ffmpegVersion, decodeErrors }, deps);
    log.info({ ...lease, sent }, 'parts were sent');
    switch (sent.state) {
      case 'committed':
        await rm(folder, { recursive: true, force: true });
        return {
          kind: 'done',
          output: null,
          pace: pace === null ? null : { ...pace, sending: { bytes: sent.bytes, sec: sent.sec } },
          findings: decodeErrors > 0 ? [damage(assignment.task, decodeErrors)] : [],
        };
      case 'refused':
        await rm(folder, { recursive: true, force: true });
        await dropParts(lease, deps);
        return failed('bad-output', `the server refused the parts (${sent.because}): ${sent.message}`);
      case 'lost':
        await rm(folder, { recursive: true, force: true });
        return released('the lease is another’s by now', 0);
      case 'disk-full':
        // What is made stays: the next attempt only has to bring it.
        return failed('disk-full', sent.message);
    }
  }

  type Made =
    | { ok: true; report: TaskReport; pace: Omit<TaskPace, 'sending'> | null }
    | { ok: false; ending: TaskEnding };

  async function encode(assignment: Assignment, bench: Bench, taskTools: TaskTools): Promise<Made> {
    const { plan, choice, task, lease } = assignment;
    const { workFolder } = bench;
    const done = join(workFolder, taskFolder(task.id, 'done'));
    const earlier = await readCheckpoint(done, checkpointKey(plan, task, choice, tools.version));
    if (earlier !== null) return { ok: true, report: earlier, pace: null };
    const { freeBytes } = await freeSpace(workFolder);
    const neededBytes = partsBytes(assignment) + spareBytes;
    if (freeBytes < neededBytes) {
      const message = `the node has ${bytesText(freeBytes)} free, ${task.id} takes up to ${bytesText(neededBytes)}`;
      return { ok: false, ending: failed('disk-full', message) };
    }
    if (needsExtracted(assignment) && !(await bench.extracted(taskTools.signal))) {
      const message = 'the subtitle that is drawn into the picture can’t be had from the server';
      return { ok: false, ending: released(message, outageDelayMs) };
    }
    const opened = await bench.source.open(task, taskTools.signal);
    if (!opened.ok) return { ok: false, ending: withoutSource(opened.fault) };
    const { source } = opened;
    const beganMs = clock.monotonicMs();
    let outcome: TaskOutcome;
    try {
      outcome = await runTask(task, {
        ...{ plan, choice, workFolder, tools, clock, log, attempt: lease.attempt, onProgress: taskTools.onProgress },
        sourcePath: source.input,
        signal: AbortSignal.any([taskTools.signal, source.signal]),
      });
    } finally {
      await source.close();
    }
    if (outcome.ok) {
      const encodeSec = (clock.monotonicMs() - beganMs) / 1000;
      bench.source.wasRead(task, encodeSec);
      return { ok: true, report: outcome.report, pace: { encodeSec, reading: source.reading() } };
    }
    const fault = source.fault();
    if (fault !== null && !taskTools.signal.aborted) return { ok: false, ending: withoutSource(fault) };
    if (outcome.code === 'stopped') return { ok: false, ending: stopped };
    if (outcome.code === 'stalled' && source.isStuck()) {
      return { ok: false, ending: released('the server could not be reached for too long', outageDelayMs) };
    }
    // A share may have gone: the next task finds another way.
    bench.source.lookAnew();
    const { code, message, stderrTail } = outcome;
    return { ok: false, ending: { kind: 'failed', code, message, stderrTail: [...stderrTail], findings: [] } };
  }
}

/** Less says nothing of a link. */
const worthMeasuringBytes = 4 * 2 ** 20;

/** A task's share of what the job makes; sound may be as large as all of it. */
function partsBytes({ plan, task }: Assignment): number {
  return task.chunk === null ? plan.estimatedBytes : (plan.estimatedBytes * task.chunk.frames) / plan.grid.frames;
}

/** Null where the server can't be asked. */
async function stillNeeded(folderKeys: readonly string[], { client }: FarHandsOptions): Promise<Set<string> | null> {
  const body = new TextEncoder().encode(JSON.stringify({ folderKeys }));
  const headers = { 'content-type': 'application/json' };
  try {
    const { signal } = new AbortController();
    const reply = await client({ method: 'POST', path: '/folders', body, headers, signal });
    if (reply.status !== 200) return null;
    return new Set(folderAnswer.parse(JSON.parse(new TextDecoder().decode(reply.body))).needed);
  } catch (error) {
    if (error instanceof LinkDown) return null;
    throw error;
  }
}

function withoutSource({ because, message }: SourceFault): TaskEnding {
  return because === 'changed' ? failed('source-changed', message) : released(message, 0);
}

function failed(code: JobErrorCode, message: string): TaskEnding {
  return { kind: 'failed', code, message, stderrTail: [], findings: [] };
}

function released(message: string, delayMs: number): TaskEnding {
  return { kind: 'released', message, delayMs };
}

const stopped = released('stopped as asked', 0);
