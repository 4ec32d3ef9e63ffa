import express, { type RequestHandler } from 'express';
import { joinRouter } from '#main/api/node-join.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { joinDesk } from '#main/fleet/join-desk.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { peerKeyHash } from '#main/platform/peer-key.ts';
import { findNodeByKey } from '#main/store/nodes.ts';
import type { Store } from '#main/store/open-store.ts';
import type { Engine } from './engine.ts';
import { nodeWork } from './node-work.ts';

export type ServerNodesOptions = {
  store: Store;
  engine: Engine;
  identity: Identity;
  tools: FfmpegTools;
  dataDir: string;
  clock: Clock;
  log: Logger;
};

export type ServerNodes = {
  /** What far nodes ask, to be mounted at `/nodes/v1`. */
  handler: RequestHandler;
  /** Ends checks of parts that go on. */
  stop: () => Promise<void>;
};

const sweepEveryMs = 5 * 60_000;

/** Where far nodes join, read sources and bring parts. */
export function serverNodes({ store, engine, identity, tools, dataDir, clock, log }: ServerNodesOptions): ServerNodes {
  const { db } = store;
  const stopping = new AbortController();
  const work = nodeWork({
    ...{ db, dataDir, tools, clock, log, signal: stopping.signal },
    takeUp: engine.takeUp,
    nodeOf: async (request) => {
      const keyHash = peerKeyHash(request);
      const node = keyHash === null ? null : await findNodeByKey(db, keyHash);
      return node === null || node.revokedAtMs !== null ? null : node.id;
    },
  });
  engine.addLoop({
    ...{ name: 'parts', everyMs: sweepEveryMs, stuckAfterMs: sweepEveryMs, isQueues: false, turn: work.sweep },
  });
  const desk = joinDesk({ db, clock, log, serverKeyHash: identity.keyHash });
  return {
    handler: express.Router().use(joinRouter({ desk, clock, log }), work.router),
    stop: async () => stopping.abort(),
  };
}
