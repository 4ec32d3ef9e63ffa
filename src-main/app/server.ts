import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { hostname } from 'node:os';
import { Server as SocketServer } from 'socket.io';
import { z } from 'zod';
import { allowHandshake } from '#main/api/allow-handshake.ts';
import { authenticator } from '#main/api/auth/authenticate.ts';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import { openLive } from '#main/api/live.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { intakeWork } from '#main/intake/intake-work.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { systemChance } from '#main/platform/chance.ts';
import type { Clock } from '#main/platform/clock.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import type { SettingsBook } from '#main/platform/settings-book.ts';
import { openSealer } from '#main/platform/sealed-text.ts';
import { beginOriginal } from '#main/stages/originals/begin-original.ts';
import { openOriginals } from '#main/stages/originals/originals.ts';
import { housekeeping } from '#main/store/housekeeping.ts';
import { errorSink } from '#main/store/error-sink.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { systemNames } from '#main/webhooks/receiver.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import { webhookWork } from '#main/webhooks/webhook-work.ts';
import { localNodeId, startEngine } from './engine.ts';
import { isLoopback, type Listening, listenOn } from './listening.ts';
import { keepLocalNode } from './local-node.ts';
import { pruneLogs } from './prune-logs.ts';
import { reportedLog } from './reported-log.ts';
import { serverApi } from './server-api.ts';
import { serverHealth } from './server-health.ts';
import { serverIntake } from './server-intake.ts';
import { serverMetrics } from './server-metrics.ts';
import { ServerUnusable } from './server-unusable.ts';

export type ServerOptions = {
  /** Absolute. */
  dataDir: string;
  settings: SettingsBook;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
};

export type RunningServer = {
  /** Where people and scripts find it: `http://127.0.0.1:7420`. */
  url: string;
  /** True while others than this machine have to wait for an owner to be set up. */
  waitsForOwner: boolean;
  stop(): Promise<void>;
};

/** More than any message of a node: a plan of a day-long film. */
const largestMessageBytes = 16 * 2 ** 20;
const dayMs = 86_400_000;
/** How long a line stays open after its owner was shut out. */
const liveRecheckMs = 30_000;
/** Moving a film between disks takes its time. */
const longestMoveMs = 24 * 60 * 60_000;

/** Starts server mode: the queue, its interface and the machine's own node. Throws ServerUnusable where it can't. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, settings: book, clock, tools, encrewVersion } = options;
  const settings = book.current();
  const undo: (() => Promise<void>)[] = [await holdDataFolder(dataDir)];
  const unwind = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const store = await openStore(dataDir);
    undo.push(() => store.close());
    const { db } = store;
    const errors = errorSink(db, clock);
    undo.push(() => errors.flush());
    const log = reportedLog(options.log, errors);
    const io = new SocketServer({
      maxHttpBufferSize: largestMessageBytes,
      serveClient: false,
      allowRequest: allowHandshake(() => book.current().allowedOrigins),
    });
    const authenticate = authenticator({ db, clock, log });
    const rules = { builtIn: builtInProfiles, read: readProfile };
    const webhooks = await webhookDeps({ ...options, log }, store);
    const originals = openOriginals({ db, clock, log });
    const live = openLive(io, { db, clock, log, authenticate });
    const nodeSecret = randomBytes(32).toString('base64url');
    let poke = (): void => {};
    const senders = webhookWork(webhooks, () => poke());
    const metrics = serverMetrics(store, clock, () => engine.crew.members().length);
    const engine = await startEngine({
      ...{ store, io, tools, clock, log, dataDir },
      settings: book.current,
      runId: newId(),
      admitNode: async (auth) => (isSecret(auth, nodeSecret) ? { nodeId: localNodeId, isLocal: true } : null),
      completing: (trx, job) => beginOriginal(trx, job, { id: newId(), nowMs: clock.nowMs() }),
      onLease: metrics.leased,
      onEvents: live.events,
      onProgress: ({ jobs, tasks }) =>
        live.progress({
          jobs: jobs.map(({ jobId, ...pace }) => ({ id: jobId, ...pace })),
          tasks: tasks.map(({ taskId, jobId, nodeId, ratio, fps, speed }) => ({
            ...{ id: taskId, jobId, nodeId, fps, speed },
            progress: ratio,
          })),
        }),
    });
    poke = engine.queue.changed;
    const intake = intakeWork(serverIntake(engine.queue, rules, log, () => book.current().jobTtlHours));
    engine.addLoop({ name: 'webhooks', everyMs: 1_000, turn: async (signal) => void (await senders.tick(signal)) });
    // Not poked: loops are turned after each change of the queue, which is none of this one's business.
    let recheckedMs = clock.monotonicMs();
    engine.addLoop({
      ...{ name: 'live', everyMs: liveRecheckMs },
      turn: async () => {
        if (clock.monotonicMs() - recheckedMs < liveRecheckMs) return;
        recheckedMs = clock.monotonicMs();
        await live.recheck();
      },
    });
    const keeper = housekeeping({ store, clock, log, eventsKeptMs: settings.keepEventsDays * dayMs });
    let prunedMs = Number.NEGATIVE_INFINITY;
    engine.addLoop({
      ...{ name: 'housekeeping', everyMs: 60_000 },
      turn: async (signal) => {
        await keeper.turn(signal);
        if (clock.monotonicMs() - prunedMs < dayMs) return;
        prunedMs = clock.monotonicMs();
        await pruneLogs(dataDir, clock.nowMs(), book.current().keepEventsDays * dayMs);
      },
    });
    engine.addLoop({
      ...{ name: 'originals', everyMs: 60_000, stuckAfterMs: longestMoveMs },
      turn: (signal) => originals.continueAll(signal),
    });
    const watching = engine.addLoop({
      ...{ name: 'watch folders', everyMs: 1_000, stuckAfterMs: 120_000 },
      turn: async (signal) => {
        // A long scan is many turns, so that health can tell it from one that hangs.
        if ((await intake.tick(signal)).hasMore) watching.poke();
      },
    });
    undo.push(async () => {
      live.close();
      await engine.stop();
      await intake.close();
      await senders.settled();
      await keeper.stop();
    });

    const health = serverHealth(engine, book.current, clock, encrewVersion);
    const app = serverApi({
      ...{
        store,
        engine,
        authenticate,
        clock,
        log,
        dataDir,
        encrewVersion,
        rules,
        metrics,
        webhooks,
        originals,
        health,
      },
      settings: book,
    });
    const prepare = (http: HttpServer): void => {
      http.on('request', app);
      limitSlowClients(http);
    };
    const waitsForOwner = !isLoopback(settings.host) && !(await hasOwner(store));
    const first = await listenOn(waitsForOwner ? '127.0.0.1' : settings.host, settings.port, prepare);
    io.attach(first.http);
    const open: Listening[] = [first];
    undo.push(async () => {
      await io.close();
      for (const { http } of open) {
        http.close();
        http.closeAllConnections();
      }
    });
    if (waitsForOwner) {
      engine.addLoop({
        ...{ name: 'owner', everyMs: 1_000 },
        turn: async () => {
          if (open.length > 1 || !(await hasOwner(store))) return;
          // The node's own line goes on; only new ones come by the wider door.
          first.http.close();
          const wide = await listenOn(settings.host, first.port, prepare);
          io.engine.attach(wide.http, { path: io.path() });
          open.push(wide);
          log.info({ host: settings.host, port: first.port }, 'an owner is set up: others may connect now');
        },
      });
    }
    if (settings.node) {
      const orders = {
        ...{ url: first.url, secret: nodeSecret, dataDir, encrewVersion },
        nodeId: localNodeId,
        name: hostname(),
        logLevel: settings.logLevel,
      };
      const node = keepLocalNode({ orders, clock, log, onGone: engine.localNodeGone });
      undo.push(() => node.stop());
      undo.push(async () => engine.rest());
    }
    return { url: first.url, waitsForOwner, stop: unwind };
  } catch (error) {
    await unwind();
    throw error;
  }
}

/** One server a data folder. Answers how to give it back. */
async function holdDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await makeFolders(dataDir);
  const claim = await claimFolder(dataDir);
  if (claim.ok) return claim.release;
  const { pid, host } = claim.holder;
  const who = `another Encrew server (process ${pid} on ${host})`;
  throw new ServerUnusable(`${who} has ${dataDir}: stop it, or name another --data`);
}

async function webhookDeps(
  { dataDir, settings, clock, log, encrewVersion }: ServerOptions,
  { db }: Store,
): Promise<WebhookDeps> {
  const sealed = await openSealer(dataDir);
  if (!sealed.ok) throw new ServerUnusable(sealed.message);
  return {
    ...{ db, clock, log, sealer: sealed.sealer, version: encrewVersion },
    allowPrivate: () => settings.current().allowPrivateWebhooks,
    resolveName: systemNames,
    chance: systemChance,
  };
}

/** Somebody can sign in: a person, or a script with an admin's token. */
async function hasOwner({ db }: Store): Promise<boolean> {
  const user = await db.selectFrom('user').select('id').where('role', '=', 'admin').limit(1).executeTakeFirst();
  if (user !== undefined) return true;
  const token = await db
    .selectFrom('apiToken')
    .select('id')
    .where('role', '=', 'admin')
    .where('revokedAtMs', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return token !== undefined;
}

const localAuth = z.object({ secret: z.string() });

function isSecret(auth: unknown, secret: string): boolean {
  const given = localAuth.safeParse(auth);
  if (!given.success) return false;
  const [a, b] = [Buffer.from(given.data.secret), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
