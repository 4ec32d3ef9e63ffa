import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { Server as SocketServer } from 'socket.io';
import { startNode } from '#main/agent/node.ts';
import { slotsOf } from '#main/agent/offer/slots.ts';
import { allowHandshake } from '#main/api/allow-handshake.ts';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { openMemoryStore } from '#main/store/memory-store.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import { settings } from '#shared/model/settings.ts';
import { nodeAdmission } from './admit-node.ts';
import { type EngineOptions, localNodeId, startEngine } from './engine.ts';
import { listenOn } from './listening.ts';
import { nodeHands } from './node-hands.ts';
import type { PackageMaker } from './package-maker.ts';
import type { PlannedPlaces } from './take-places.ts';

export type PrivateCrewOptions = Pick<EngineOptions, 'onEvents' | 'onProgress'> & {
  /** Absolute. */
  dataDir: string;
  tools: FfmpegTools;
  clock: Clock;
  /** Takes all that there is to tell, also of the jobs. */
  log: Logger;
  encrewVersion: string;
  makePackage?: PackageMaker | undefined;
  /** Called before a job's places are taken. */
  onPlanned: (planned: PlannedPlaces) => void;
  /** Whether finished parts stay when all ends. */
  keepsParts: () => Promise<boolean>;
};

export type PrivateCrew = {
  queue: QueueContext;
  /** Stops what runs and gives all folders back; what came of the jobs can still be read. */
  rest: () => Promise<void>;
  /** Leaves nothing. */
  close: () => Promise<void>;
};

/** More than any message of a node: a plan of a day-long film. */
const largestMessageBytes = 16 * 2 ** 20;
const oneJob = settings.parse({ jobsAtOnce: 1 });

/**
 * A server and its node for one command, in this process: the same engine and the same line between the two as in server
 * mode, but a queue in memory, and a port of loopback that only who knows this run's secret can speak at.
 */
export async function openPrivateCrew(options: PrivateCrewOptions): Promise<PrivateCrew> {
  const { dataDir, tools, clock, log, encrewVersion, onPlanned, onEvents, onProgress } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const store = await openMemoryStore();
    undo.push(store.close);
    const jobLog = (): Logger => log;
    const hands = nodeHands({ ...options, jobLog });
    const io = new SocketServer({
      ...{ serveClient: false, maxHttpBufferSize: largestMessageBytes, transports: ['websocket'] },
      allowRequest: allowHandshake(() => []),
    });
    const secret = randomBytes(32).toString('base64url');
    const engine = await startEngine({
      ...{ store, io, tools, clock, log, dataDir, onEvents, onProgress },
      settings: () => oneJob,
      runId: newId(),
      admitNode: nodeAdmission(store.db, secret),
      completing: async () => {},
      onLease: () => {},
      attended: {
        jobLog,
        takePlaces: async (planned) => {
          onPlanned(planned);
          await hands.prepare(planned);
        },
      },
    });
    undo.push(engine.stop);
    const { http, url } = await listenOn('127.0.0.1', 0, limitSlowClients);
    io.attach(http);
    undo.push(async () => {
      await io.close();
      http.closeAllConnections();
    });
    const offer = offerOf(tools);
    const node = startNode({
      ...{ url, clock, log, auth: { secret }, nodeId: localNodeId, name: hostname(), version: encrewVersion },
      offer: () => offer,
      hands: {
        execute: hands.execute,
        // What it holds is given up when all is over, and not before.
        forget: async () => {},
        close: async () => hands.giveUp(await options.keepsParts()),
      },
    });
    undo.push(() => node.stop());
    const rest = async (): Promise<void> => {
      // First, so that nothing is planned any more whose folders nobody would give back.
      await engine.stop();
      await node.stop();
    };
    return { queue: engine.queue, rest, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Hardware has its trial when the encoders of a job are chosen: its one session is there for whoever passed. */
function offerOf({ version }: FfmpegTools): NodeOffer {
  const cores = availableParallelism();
  return {
    slots: slotsOf(cores, true),
    ...{ packages: true, cores, cpuModel: cpus()[0]?.model ?? null, memoryBytes: totalmem(), diskFreeBytes: null },
    ...{ platform: process.platform, ffmpegVersion: version },
    ...{ gpus: [], encoders: [], decoders: [], filters: [], busy: null, busySign: null, temperatureC: null },
  };
}
