import { startNode } from '#main/agent/node.ts';
import { watchOffer } from '#main/agent/offer/watch-offer.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { openProcessJournal } from '#main/ffmpeg/process-journal.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { LocalNodeOrders } from './local-node-orders.ts';
import { nodeHands } from './node-hands.ts';

/** Is the server's own node until `ended` settles or people want it to begin anew, then stops what runs and gives it back. */
export async function runLocalNode(
  orders: LocalNodeOrders,
  clock: Clock,
  log: Logger,
  ended: Promise<void>,
): Promise<void> {
  const { dataDir, encrewVersion, nodeId, name, url, secret } = orders;
  const journal = await openProcessJournal(dataDir, log);
  let offerChanged = (): void => {};
  const offer = await watchOffer({
    ...{ tools: { ...(await findFfmpeg()), journal }, dataDir, packages: true, clock, log },
    onChange: () => offerChanged(),
  });
  const node = startNode({
    ...{ url, nodeId, name, clock, log },
    auth: { secret },
    version: encrewVersion,
    offer: offer.current,
    onOrders: ({ limits }) => offer.setLimits(limits),
    onProve: offer.proveAgain,
    hands: offer.watched(nodeHands({ dataDir, tools: offer.tools, clock, log, encrewVersion })),
  });
  offerChanged = () => node.offerChanged();
  void node.refused.then((message) => log.error({}, `the server refused its own node: ${message}`));
  // The server starts a process that has ended again.
  await Promise.race([ended, node.restart]);
  await Promise.all([node.stop(), offer.stop()]);
}
