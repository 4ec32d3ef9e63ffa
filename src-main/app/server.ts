import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Server as SocketServer } from 'socket.io';
import { allowHandshake } from '#main/api/allow-handshake.ts';
import { authenticator } from '#main/api/auth/authenticate.ts';
import { openLive } from '#main/api/live.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { judgeHere } from '#main/intake/fetch/address-rules.ts';
import { keepFetches } from '#main/intake/fetch/fetches.ts';
import { keepUploads } from '#main/intake/uploads.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { systemChance } from '#main/platform/chance.ts';
import type { Clock } from '#main/platform/clock.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { systemNames } from '#main/platform/resolve-name.ts';
import type { SettingsBook } from '#main/platform/settings-book.ts';
import type { TextSealer } from '#main/platform/sealed-text.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { beginOriginal } from '#main/stages/originals/begin-original.ts';
import { openOriginals } from '#main/stages/originals/originals.ts';
import { errorSink } from '#main/store/error-sink.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import { nodeAdmission } from './admit-node.ts';
import { localNodeId, startEngine } from './engine.ts';
import { keepLocalNode, type LocalNode } from './local-node.ts';
import { reportedLog } from './reported-log.ts';
import { serverApi } from './server-api.ts';
import { startChores } from './server-chores.ts';
import { type ServerDesk, serverDesk } from './server-desk.ts';
import { openDoors } from './server-doors.ts';
import { serverHealth } from './server-health.ts';
import { serverIntake } from './server-intake.ts';
import { serverMetrics } from './server-metrics.ts';
import { serverNodes } from './server-nodes.ts';
import { serverPairing } from './server-pairing.ts';
import { openServerSecrets } from './server-secrets.ts';
import { ServerUnusable } from './server-unusable.ts';

export type ServerOptions = {
  /** Absolute. */
  dataDir: string;
  settings: SettingsBook;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
  /** Of the desktop app, whose system may have a keychain. */
  secrets?: SecretLock;
};

export type RunningServer = {
  /** Where people and scripts find it: `http://127.0.0.1:7420`. */
  url: string;
  /** True while others than this machine have to wait for an owner to be set up. */
  waitsForOwner: boolean;
  /** For whoever shows it at a glance. */
  desk: Pick<ServerDesk, 'follow' | 'outputOf'>;
  /** This machine gives back what it does for the queue, and does nothing until `resume`. Others go on. */
  rest: () => Promise<void>;
  resume: () => void;
  stop(): Promise<void>;
};

/** More than any message of a node: a plan of a day-long film. */
const largestMessageBytes = 16 * 2 ** 20;
/**
 * A line that went silent (a pulled cable says no goodbye) is given up within 20 s by both of its ends: before the leases of
 * its node run out, so that the node comes back with a greeting, by which it keeps what it does.
 */
const pulse = { pingInterval: 8_000, pingTimeout: 12_000 };

/** Starts server mode: the queue, its interface and the machine's own node. Throws ServerUnusable where it can't. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, settings: book, clock, tools, encrewVersion } = options;
  const settings = book.current();
  const undo: (() => Promise<void>)[] = [await holdDataFolder(dataDir)];
  const unwind = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const { identity, sealer } = await openServerSecrets(dataDir, options.secrets ?? null, options.log);
    const store = await openStore(dataDir);
    undo.push(() => store.close());
    const { db } = store;
    const errors = errorSink(db, clock);
    undo.push(() => errors.flush());
    const log = reportedLog(options.log, errors);
    const io = new SocketServer({
      ...{ maxHttpBufferSize: largestMessageBytes, serveClient: false, ...pulse },
      allowRequest: allowHandshake(() => book.current().allowedOrigins),
    });
    const authenticate = authenticator({ db, clock, log });
    const rules = { builtIn: builtInProfiles, read: readProfile };
    const webhooks = webhookDeps({ ...options, log }, store, sealer);
    const originals = openOriginals({ db, clock, log });
    const uploads = await keepUploads({ db, clock, log, dataDir, alsoComing: () => fetches.coming() });
    const fetches = await keepFetches({
      ...{ uploads, clock, log, dataDir, encrewVersion, resolveName: systemNames, judge: judgeHere },
      fetchFrom: () => book.current().fetchFrom,
    });
    undo.push(fetches.stop);
    const live = openLive(io, { db, clock, log, authenticate });
    const nodeSecret = randomBytes(32).toString('base64url');
    const metrics = serverMetrics(store, clock, () => engine.crew.members().length);
    const desk = serverDesk(() => ({ ...engine, found: () => pairing.browser()?.found() ?? [] }));
    const engine = await startEngine({
      ...{ store, io, tools, clock, log, dataDir },
      settings: book.current,
      runId: newId(),
      admitNode: nodeAdmission(db, nodeSecret),
      completing: (trx, job) => beginOriginal(trx, job, { id: newId(), nowMs: clock.nowMs() }),
      onLease: metrics.leased,
      onEvents: (events) => {
        live.events(events);
        desk.heard(events);
      },
      onProgress: ({ jobs, tasks }) =>
        live.progress({
          jobs: jobs.map(({ jobId, ...pace }) => ({ id: jobId, ...pace })),
          tasks: tasks.map(({ taskId, jobId, nodeId, ratio, fps, speed }) => ({
            ...{ id: taskId, jobId, nodeId, fps, speed },
            progress: ratio,
          })),
        }),
    });
    const intake = serverIntake(engine.queue, rules, log, () => book.current().jobTtlHours);
    const chores = startChores({
      ...{ engine, store, clock, log, dataDir, intake, live, originals, uploads, fetches, webhooks },
      settings: book.current,
    });
    undo.push(async () => {
      live.close();
      await engine.stop();
      await chores.settled();
    });

    const nodes = serverNodes({ store, engine, identity, tools, dataDir, clock, log });
    undo.push(nodes.stop);
    const pairing = serverPairing({ store, identity, settings, clock, log, port: () => doors.port });
    undo.push(pairing.stop);
    const health = serverHealth(engine, chores.lastBackupAtMs, book.current, clock, encrewVersion);
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
        tools,
        metrics,
        webhooks,
        originals,
        uploads,
        fetches,
        health,
        pairing,
      },
      settings: book,
      cutOff: (keyHash) => doors.cut(keyHash),
      nodeWork: nodes.handler,
    });
    const doors = await openDoors({ settings, app, identity, io, engine, store, log });
    undo.push(doors.close);
    pairing.search();
    let local: LocalNode | null = null;
    if (settings.node) {
      const orders = {
        ...{ url: doors.url, secret: nodeSecret, dataDir, encrewVersion },
        nodeId: localNodeId,
        name: hostname(),
        logLevel: settings.logLevel,
      };
      const node = keepLocalNode({ orders, clock, log, onGone: engine.localNodeGone });
      local = node;
      undo.push(() => node.stop());
      const unheard = book.onChange(({ settings: { logLevel } }) => node.tell({ logLevel }));
      undo.push(async () => unheard());
      undo.push(async () => engine.rest());
    }
    return {
      ...{ url: doors.url, waitsForOwner: doors.waitsForOwner, desk, stop: unwind },
      rest: async () => local?.rest(),
      resume: () => local?.resume(),
    };
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

function webhookDeps(
  { settings, clock, log, encrewVersion }: ServerOptions,
  { db }: Store,
  sealer: TextSealer,
): WebhookDeps {
  return {
    ...{ db, clock, log, sealer, version: encrewVersion },
    allowPrivate: () => settings.current().allowPrivateWebhooks,
    resolveName: systemNames,
    chance: systemChance,
  };
}
