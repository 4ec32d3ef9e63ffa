import { availableParallelism, cpus, totalmem } from 'node:os';
import { startNode } from '#main/agent/node.ts';
import { slotsOf } from '#main/agent/offer/slots.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import { createLogger } from '#main/platform/logger.ts';
import type { LocalNodeOrders } from './local-node-orders.ts';

import { nodeHands } from './node-hands.ts';

/** Is the server's own node until `ended` settles, then stops what runs and gives it back. */
export async function runLocalNode(orders: LocalNodeOrders, clock: Clock, ended: Promise<void>): Promise<void> {
  const log = createLogger(orders.logLevel);
  const tools = await findFfmpeg();
  const { dataDir, encrewVersion, nodeId, name, url, secret } = orders;
  const node = startNode({
    ...{ url, nodeId, name, clock, log },
    auth: { secret },
    version: encrewVersion,
    offer: {
      slots: slotsOf(availableParallelism(), false),
      packages: true,
      cores: availableParallelism(),
      cpuModel: cpus()[0]?.model ?? null,
      memoryBytes: totalmem(),
      diskFreeBytes: null,
      platform: process.platform,
      ffmpegVersion: tools.version,
      ...{ gpus: [], encoders: [], decoders: [], filters: [] },
      ...{ busy: null, temperatureC: null },
    },
    hands: nodeHands({ dataDir, tools, clock, log, encrewVersion }),
  });
  void node.refused.then((message) => log.error({}, `the server refused its own node: ${message}`));
  await ended;
  await node.stop();
}
