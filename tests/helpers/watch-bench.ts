import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FSWatcher } from 'chokidar';
import { onTestFinished } from 'vitest';
import type { IntakeContext, JobRequest } from '#main/intake/intake-context.ts';
import { type IntakeWork, intakeWork } from '#main/intake/intake-work.ts';
import type { FolderRunOptions } from '#main/intake/folder-turn.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { addJobIn, type NewJob } from '#main/queue/add-job.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { addWatchFolder, type WatchFolderRule } from '#main/store/watch-folders.ts';
import { jobOptions } from '#shared/model/job.ts';
import { watchRules } from '#shared/model/watch-folder.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const settleMs = 10_000;

/** A real store, a real queue and a real folder `in`; time is moved by hand, and nobody tells of changes. */
export type WatchBench = {
  store: Store;
  clock: HandClock & {
    /** Sets the machine's time, forward or back; nothing else moves. */
    jump(ms: number): void;
  };
  folder: string;
  root: string;
  context: IntakeContext;
  requests: JobRequest[];
  moved: [string, string][];
  /** Puts a file below `root`. */
  put(path: string, content?: string, modifiedSec?: number): Promise<void>;
  watch(rule?: Partial<WatchFolderRule>, id?: string): Promise<void>;
  /** A new life of the server's intake; the earlier one ends. */
  begin(options?: FolderRunOptions): Promise<IntakeWork>;
  /** Turns until nothing is left to do at this moment. */
  turn(): Promise<void>;
  /** Asks for a scan, and turns before and after the time in which files settle. */
  settle(): Promise<void>;
  /** Marks a job as completed, with a package in place. */
  complete(jobId: string): Promise<string>;
  /** `path: state` of every known file, by path. */
  states(): Promise<string[]>;
  close(): Promise<void>;
};

/** Everything in a temporary folder of its own. */
export async function watchBench(): Promise<WatchBench> {
  const folder = await temporaryFolder();
  const root = join(folder, 'in');
  await mkdir(root);
  const store = await openStore(join(folder, 'data'));
  const { db } = store;
  const hand = handClock(1_700_000_000_000);
  let offsetMs = 0;
  const clock = {
    ...hand,
    nowMs: () => hand.nowMs() + offsetMs,
    jump: (ms: number) => {
      offsetMs += ms;
    },
  };
  const requests: JobRequest[] = [];
  const moved: [string, string][] = [];
  let work: IntakeWork | null = null;

  const context: IntakeContext = {
    db,
    clock,
    log: silentLogger,
    inputMoved: async (jobId, input) => {
      moved.push([jobId, input]);
      await db.updateTable('job').set({ input }).where('id', '=', jobId).execute();
    },
    addJob: async (request) => {
      const recipe = builtInProfiles.find(({ name }) => name === request.profileName);
      if (recipe === undefined) return { ok: false, code: 'refused', message: 'there is no such profile' };
      const id = `job-${requests.length + 1}`;
      const wanted: NewJob = {
        id,
        input: request.input,
        outputDir: request.outputDir,
        recipe,
        profileId: null,
        options: jobOptions.parse({}),
        priority: 5,
        batchId: null,
        source: await fingerprintOfFile(request.input),
        mounts: { input: null, output: null },
        createdBy: request.createdBy,
        ttlMs: null,
      };
      const added = await db.transaction().execute((trx) => addJobIn(trx, wanted, clock.nowMs()));
      if (!added.ok) return { ok: false, code: 'duplicate', jobId: added.duplicateOf };
      requests.push(request);
      return { ok: true, jobId: id };
    },
  };

  const begin = async (options: FolderRunOptions = {}): Promise<IntakeWork> => {
    await work?.close();
    work = intakeWork(context, { openWatcher: deafWatcher, ...options });
    return work;
  };
  const turn = async (): Promise<void> => {
    work ??= await begin();
    const signal = new AbortController().signal;
    for (let more = true; more; ) more = (await work.tick(signal)).hasMore;
  };
  const close = async (): Promise<void> => {
    await work?.close();
    await store.close();
  };
  onTestFinished(close);

  return {
    store,
    clock,
    folder,
    root,
    context,
    requests,
    moved,
    put: async (path, content = path, modifiedSec = 1_600_000_000) => {
      const full = join(root, path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, content);
      await utimes(full, modifiedSec, modifiedSec);
    },
    watch: async (rule = {}, id = 'w1') => {
      const whole: WatchFolderRule = {
        path: root,
        name: 'Films',
        enabled: true,
        profileId: null,
        profileName: 'hls-universal',
        outputDir: join(folder, 'out'),
        afterwards: 'keep',
        moveDir: null,
        moveMount: null,
        rules: watchRules.parse({}),
        ...rule,
      };
      await addWatchFolder(db, { id, rule: whole, createdBy: null, nowMs: clock.nowMs() });
    },
    begin,
    turn,
    settle: async () => {
      await db.updateTable('watchFolder').set({ scanWanted: 1 }).execute();
      await turn();
      clock.advance(settleMs);
      await turn();
    },
    complete: async (jobId) => {
      const output = join(folder, 'out', jobId, `${jobId}.m3u8`);
      await mkdir(dirname(output), { recursive: true });
      await writeFile(output, '#EXTM3U\n');
      await db.updateTable('job').set({ state: 'completed', output }).where('id', '=', jobId).execute();
      await db
        .insertInto('jobEvent')
        .values({ jobId, kind: 'state', fromState: 'publishing', toState: 'completed', atMs: clock.nowMs() })
        .execute();
      return output;
    },
    states: async () => {
      const rows = await db.selectFrom('knownFile').selectAll().orderBy('watchFolderId').orderBy('path').execute();
      return rows.map(({ path, state, jobId }) => `${path}: ${state}${jobId === null ? '' : ` ${jobId}`}`);
    },
    close,
  };
}

/** As on a network disk: nothing is ever told. */
export function deafWatcher(): FSWatcher {
  return new FSWatcher();
}

/** Every path below a folder that is no folder, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
