import type { Hands } from '#main/agent/hands.ts';
import { farHands } from '#main/agent/far-hands.ts';
import { type RunningNode, startNode } from '#main/agent/node.ts';
import { watchOffer } from '#main/agent/offer/watch-offer.ts';
import type { PairedServer } from '#main/agent/paired-server.ts';
import { pinnedAgent, pinnedTls } from '#main/agent/pinned-server.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { openProcessJournal } from '#main/ffmpeg/process-journal.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { clearHalfMade, pruneWorkFolders } from '#main/stages/work-folder.ts';
import { serverClient } from '#main/transfer/server-client.ts';
import type { NodeLimits, PathMap } from '#shared/model/node.ts';

/*
 * A node on another machine than its server's.
 */

/** What this machine's own people allow less than the server's. */
export type OwnLimits = {
  narrow: (limits: NodeLimits) => NodeLimits;
  /** Is given what is to be called whenever they allow something else. */
  onChange: (again: () => void) => void;
};

export type FarNodeOptions = {
  dataDir: string;
  name: string;
  identity: Identity;
  server: PairedServer;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
  /** The server has let it in, for the first time in this run. */
  onJoined: () => void;
  /** How many tasks it does now, at each change. */
  onTasks?: (running: number) => void;
  own?: OwnLimits;
  /** Settles when it is to end. */
  ended: Promise<void>;
};

export type FarNodeEnd =
  | { kind: 'stopped' }
  /** People want it to begin anew. */
  | { kind: 'restart' }
  /** The server won't have it, or is another one; one line with what to do. */
  | { kind: 'refused'; message: string };

/** Works for a server until it is stopped or refused; an unreachable server is tried again for ever. What runs is given back. */
export async function runFarNode(options: FarNodeOptions): Promise<FarNodeEnd> {
  const { dataDir, name, identity, server, clock, log, encrewVersion } = options;
  let pathMaps: readonly PathMap[] = [];
  let limits: NodeLimits | null = null;
  let node: RunningNode | null = null;
  // First, since what an earlier run left running still writes.
  const journal = await openProcessJournal(dataDir, log);
  await clearHalfMade(dataDir);
  await pruneWorkFolders(dataDir, clock.nowMs());
  const offer = await watchOffer({
    ...{ tools: { ...options.tools, journal }, dataDir, packages: false, clock, log },
    onChange: () => node?.offerChanged(),
  });
  const limit = (): void => {
    if (limits !== null) offer.setLimits(options.own?.narrow(limits) ?? limits);
  };
  options.own?.onChange(limit);
  const agent = pinnedAgent(identity, server);
  const hands = farHands({
    ...{ dataDir, tools: offer.tools, clock, log, pathMaps: () => pathMaps },
    client: serverClient({ url: server.url, agent, clock }),
  });
  const running = startNode({
    ...{ url: server.url, auth: {}, tls: pinnedTls(identity, server), nodeId: server.nodeId, name, clock, log },
    version: encrewVersion,
    offer: offer.current,
    onOrders: (news) => {
      pathMaps = news.pathMaps;
      limits = news.limits;
      limit();
      // They come with each welcome: what the server wanted to be forgotten meanwhile is found out now.
      hands.tidy().catch((error: unknown) => log.warn({ error: String(error) }, 'old folders could not be deleted'));
    },
    onProve: offer.proveAgain,
    hands: counted(offer.watched(hands), options.onTasks),
  });
  node = running;
  void running.joined.then(options.onJoined);
  const end = await Promise.race([
    options.ended.then((): FarNodeEnd => ({ kind: 'stopped' })),
    running.restart.then((): FarNodeEnd => ({ kind: 'restart' })),
    running.refused.then((message): FarNodeEnd => ({ kind: 'refused', message })),
  ]);
  await Promise.all([running.stop(), offer.stop()]);
  agent.destroy();
  return end;
}

function counted(hands: Hands, tell: FarNodeOptions['onTasks']): Hands {
  if (tell === undefined) return hands;
  let running = 0;
  return {
    ...hands,
    execute: async (assignment, tools) => {
      tell((running += 1));
      try {
        return await hands.execute(assignment, tools);
      } finally {
        tell((running -= 1));
      }
    },
  };
}
