import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { hostname } from 'node:os';
import { Server as SocketServer } from 'socket.io';
import { z } from 'zod';
import type { Authenticate } from '#main/api/authentication.ts';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import { openLive } from '#main/api/live.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { openSealer } from '#main/platform/sealed-text.ts';
import { systemNames } from '#main/webhooks/receiver.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import { webhookWork } from '#main/webhooks/webhook-work.ts';
import { openStore } from '#main/store/open-store.ts';
import type { Settings } from '#shared/model/settings.ts';
import { localNodeId, startEngine } from './engine.ts';
import { keepLocalNode } from './local-node.ts';
import { serverApi } from './server-api.ts';
import { serverMetrics } from './server-metrics.ts';

export type ServerOptions = {
  /** Absolute. */
  dataDir: string;
  settings: Settings;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
};

export type RunningServer = {
  /** Where people and scripts find it: `http://127.0.0.1:7420`. */
  url: string;
  stop(): Promise<void>;
};

/** What keeps a server from starting, in one line. */
export class ServerUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServerUnusable';
  }
}

/** More than any message of a node: a plan of a day-long film. */
const largestMessageBytes = 16 * 2 ** 20;

/** Starts server mode: the queue, its interface and the machine's own node. Throws ServerUnusable where it can't. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, settings, clock, log, tools, encrewVersion } = options;
  await makeFolders(dataDir);
  const claim = await claimFolder(dataDir);
  if (!claim.ok) {
    const { pid, host } = claim.holder;
    throw new ServerUnusable(
      `another Encrew server (process ${pid} on ${host}) has ${dataDir}: stop it, or name another --data`,
    );
  }
  const undo: (() => Promise<void>)[] = [claim.release];
  const unwind = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const store = await openStore(dataDir);
    undo.push(() => store.close());
    const http = createServer();
    const io = new SocketServer(http, { maxHttpBufferSize: largestMessageBytes, serveClient: false });
    const authenticate: Authenticate = async () => ({
      ok: true,
      actor: { kind: 'user', id: 'x', name: 'x', role: 'admin' },
      csrfMatches: null,
    });
    const sealed = await openSealer(dataDir);
    if (!sealed.ok) throw new ServerUnusable(sealed.message);
    const webhooks: WebhookDeps = {
      ...{ db: store.db, clock, log, sealer: sealed.sealer, version: encrewVersion },
      allowPrivate: () => settings.allowPrivateWebhooks,
      resolveName: systemNames,
      chance: Math.random,
    };
    const secret = randomBytes(32).toString('base64url');
    const live = openLive(io, { db: store.db, clock, log, authenticate });
    let poke = (): void => {};
    const senders = webhookWork(webhooks, () => poke());
    const metrics = serverMetrics(store, clock, () => engine.crew.members().length);
    const engine = await startEngine({
      ...{ store, io, tools, clock, log, dataDir },
      settings: () => settings,
      runId: newId(),
      admitNode: async (auth) => (isSecret(auth, secret) ? { nodeId: localNodeId, isLocal: true } : null),
      completing: async () => {},
      onLease: metrics.leased,
      work: [{ name: 'webhooks', everyMs: 1_000, turn: async (signal) => void (await senders.tick(signal)) }],
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
    undo.push(async () => live.close());
    poke = engine.queue.changed;
    undo.push(async () => {
      await engine.stop();
      await senders.settled();
    });
    http.on(
      'request',
      serverApi({ ...options, store, engine, authenticate, metrics, webhooks, settings: () => settings }),
    );
    limitSlowClients(http);
    await listen(http, settings);
    undo.push(() => closeHttp(http, io));
    const url = urlOf(http, settings.host);
    if (settings.node) {
      const orders = {
        ...{ url: loopbackUrl(http), secret, dataDir, encrewVersion },
        nodeId: localNodeId,
        name: hostname(),
        logLevel: settings.logLevel,
      };
      const node = keepLocalNode({ orders, clock, log, onGone: engine.localNodeGone });
      undo.push(() => node.stop());
    }
    return { url, stop: unwind };
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function listen(http: HttpServer, { host, port }: Settings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another program listens there: stop it, or choose another --port'
          : error.code === 'EACCES'
            ? 'the system refuses that port: choose one from 1024 on'
            : error.message;
      reject(new ServerUnusable(`can't listen on ${host} port ${port}: ${why}`, { cause: error }));
    });
    http.listen(port, host, resolve);
  });
}

async function closeHttp(http: HttpServer, io: SocketServer): Promise<void> {
  await io.close();
  http.closeAllConnections();
}

const localAuth = z.object({ secret: z.string() });

function isSecret(auth: unknown, secret: string): boolean {
  const given = localAuth.safeParse(auth);
  if (!given.success) return false;
  const [a, b] = [Buffer.from(given.data.secret), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function portOf(http: HttpServer): number {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function urlOf(http: HttpServer, host: string): string {
  const name = host.includes(':') ? `[${host}]` : host;
  const isEverywhere = host === '0.0.0.0' || host === '::' || host === '';
  return `http://${isEverywhere ? '127.0.0.1' : name}:${portOf(http)}`;
}

/** The own node comes by loopback where the server listens there. */
function loopbackUrl(http: HttpServer): string {
  const address = http.address();
  const host = address === null || typeof address === 'string' ? '127.0.0.1' : address.address;
  return urlOf(http, host);
}
