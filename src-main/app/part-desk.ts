import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { readParts } from '#main/agent/checkpoint.ts';
import { taskFiles } from '#main/agent/task-files.ts';
import type { Appended, PartDesk } from '#main/api/node-work/router.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { assignmentOf } from '#main/fleet/assignment.ts';
import { holdsLease } from '#main/fleet/held-lease.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import { within } from '#main/platform/within.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import type { Database } from '#main/store/schema.ts';
import type { CommitAnswer, PartManifest } from '#shared/protocol/node-work.ts';
import { incomingFolder, receivedBytes, removeIncoming, sweepIncoming } from './incoming-parts.ts';
import { commitParts, type Delivery } from './part-commit.ts';

/*
 * Where far nodes put what they made: in a folder that nobody looks into until all of it was checked. Then it is renamed to
 * what the local node would have left there, so packaging sees no difference. The rename is atomic and the name is final, so
 * it needs no claim of the job's folder, which is the local node's while it packages.
 */

export type PartDeskOptions = {
  db: Kysely<Database>;
  dataDir: string;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  /** Ends checks that go on. */
  signal: AbortSignal;
};

type Incoming = Delivery & {
  lease: Lease;
  received: Map<string, number>;
  mostBytes: number;
  /** Writes come one after the other. */
  writing: Promise<unknown>;
  /** A check that goes on, or is over and has refused. */
  commit: Promise<CommitAnswer | 'lost'> | null;
};

/** No plan is that wrong about a size. */
const generosity = 4;
const spareBytes = 256 * 2 ** 20;
/** How long an answer waits for the check: less than what a node takes for a dead line. */
const answerWithinMs = 8_000;

/** The desk of a running server. */
export function partDesk(options: PartDeskOptions): PartDesk {
  const { db, dataDir, clock } = options;
  const expected = new Map<string, Promise<Incoming | null>>();

  const incomingFor = (lease: Lease): Promise<Incoming | null> => {
    const key = keyOf(lease);
    const found = expected.get(key) ?? begin(options, lease);
    expected.set(key, found);
    return found.catch((error: unknown) => {
      expected.delete(key);
      throw error;
    });
  };
  const drop = async (lease: Lease): Promise<void> => {
    const incoming = await incomingFor(lease);
    expected.delete(keyOf(lease));
    await incoming?.writing;
    if (incoming !== null) await removeIncoming(dataDir, incoming.assignment);
  };

  return {
    drop,
    received: async (lease, path) => (await incomingFor(lease))?.received.get(path) ?? null,
    append: async (lease, path, offset, bytes) => {
      const incoming = await incomingFor(lease);
      if (incoming === null) return { ok: false, because: 'lost' };
      const written = incoming.writing.then(async () => append(incoming, path, offset, bytes));
      incoming.writing = written.catch(() => expected.delete(keyOf(lease)));
      return written;
    },
    commit: async (lease, manifest) => {
      const incoming = await incomingFor(lease);
      if (incoming === null) return 'lost';
      incoming.commit ??= settle(options, incoming, manifest);
      const ended = await within(answerWithinMs, incoming.commit, clock).catch((error: unknown) => {
        // What is there is looked at anew.
        expected.delete(keyOf(lease));
        throw error;
      });
      if (ended === null) return { state: 'checking' };
      // A refusal is remembered, for it may be asked again.
      if (ended.value === 'lost' || ended.value.state === 'committed') await drop(lease);
      return ended.value;
    },
    sweep: async (taskId) => {
      for (const [key, found] of expected) {
        const incoming = await found.catch(() => null);
        if (incoming === null || !(await holdsLease(db, incoming.lease))) expected.delete(key);
      }
      await sweepIncoming(db, dataDir, taskId);
    },
    extracted: async (folderKey) => (await readParts(extractFolder(dataDir, folderKey)))?.files ?? null,
    extractedFile: (folderKey, path) => join(extractFolder(dataDir, folderKey), ...path.split('/')),
  };
}

async function begin({ db, dataDir }: PartDeskOptions, lease: Lease): Promise<Incoming | null> {
  const assignment = await assignmentOf(db, lease);
  if (assignment === null) return null;
  const { plan, task, choice, folderKey } = assignment;
  const folder = incomingFolder(dataDir, assignment);
  return {
    ...{ assignment, lease, folder },
    workFolder: join(dataDir, 'work', folderKey),
    received: await receivedBytes(folder, taskFiles(plan, task, choice)),
    mostBytes: generosity * (plan.estimatedBytes + plan.sourceBytes) + spareBytes,
    ...{ writing: Promise.resolve(), commit: null },
  };
}

async function append(incoming: Incoming, path: string, offset: number, bytes: Uint8Array): Promise<Appended> {
  const { received, folder, mostBytes } = incoming;
  const sizeBytes = received.get(path);
  if (sizeBytes === undefined) return { ok: false, because: 'nothing' };
  if (sizeBytes !== offset) return { ok: false, because: 'offset', received: sizeBytes };
  const all = [...received.values()].reduce((sum, one) => sum + one, 0);
  if (all + bytes.length > mostBytes) return { ok: false, because: 'too-big' };
  incoming.commit = null;
  const target = join(folder, ...path.split('/'));
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(target, 'a');
    try {
      await file.truncate(sizeBytes);
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') return { ok: false, because: 'disk-full' };
    throw error;
  }
  received.set(path, sizeBytes + bytes.length);
  return { ok: true };
}

async function settle(
  options: PartDeskOptions,
  incoming: Incoming,
  manifest: PartManifest,
): Promise<CommitAnswer | 'lost'> {
  const { db, dataDir, log } = options;
  const { lease, assignment, received, folder } = incoming;
  try {
    await incoming.writing;
    const isHeld = async (): Promise<boolean> => holdsLease(db, lease);
    const answer = await commitParts(incoming, manifest, { ...options, isHeld });
    if (answer === 'lost' || answer.state !== 'refused') return answer;
    log.warn({ ...lease, because: answer.because }, `parts were refused: ${answer.message}`);
    // What has come in part is gone on with; what is wrong is of no use.
    if (answer.because === 'size') incoming.commit = null;
    else await removeIncoming(dataDir, assignment);
    for (const [path, sizeBytes] of await receivedBytes(folder, [...received.keys()])) received.set(path, sizeBytes);
    return answer;
  } catch (error) {
    incoming.commit = null;
    throw error;
  }
}

function keyOf({ taskId, attempt, nodeId }: Lease): string {
  return JSON.stringify([taskId, attempt, nodeId]);
}

function extractFolder(dataDir: string, folderKey: string): string {
  return join(dataDir, 'work', folderKey, taskFolder('extract', 'done'));
}
