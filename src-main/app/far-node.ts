import type { Agent } from 'node:https';
import type { Hands } from '#main/agent/hands.ts';
import { type RunningNode, startNode } from '#main/agent/node.ts';
import { watchOffer } from '#main/agent/offer/watch-offer.ts';
import type { PairedServer } from '#main/agent/paired-server.ts';
import { pinnedAgent, pinnedTls } from '#main/agent/pinned-server.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { nodeLimits } from '#shared/model/node.ts';
import type { NodeOrders } from '#shared/protocol/node.ts';

/*
 * A node on another machine than its server's.
 */

/** What the hands of a far node work with. */
export type FarHandsTools = {
  /** Absolute. */
  dataDir: string;
  /** Within the owner's limits. */
  tools: FfmpegTools;
  server: PairedServer;
  /** For requests to the server, with its key pinned. */
  agent: Agent;
  /** What people have set for the node; as they are now. */
  orders: () => NodeOrders;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
};

export type FarNodeOptions = {
  dataDir: string;
  name: string;
  identity: Identity;
  server: PairedServer;
  tools: FfmpegTools;
  makeHands: (tools: FarHandsTools) => Hands;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
  /** The server has let it in, for the first time in this run. */
  onJoined: () => void;
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
  let orders: NodeOrders | null = null;
  let node: RunningNode | null = null;
  const offer = await watchOffer({
    ...{ tools: options.tools, dataDir, packages: false, clock, log },
    onChange: () => node?.offerChanged(),
  });
  const agent = pinnedAgent(identity, server);
  const hands = options.makeHands({
    ...{ dataDir, server, agent, clock, log, encrewVersion },
    tools: offer.tools,
    orders: () => orders ?? { limits: nodeLimits.parse({}), pathMaps: [] },
  });
  const running = startNode({
    ...{ url: server.url, auth: {}, tls: pinnedTls(identity, server), nodeId: server.nodeId, name, clock, log },
    version: encrewVersion,
    offer: offer.current,
    onOrders: (news) => {
      orders = news;
      offer.setLimits(news.limits);
    },
    hands: offer.watched(hands),
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
