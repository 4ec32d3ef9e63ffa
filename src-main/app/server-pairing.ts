import { hostname } from 'node:os';
import { browseNodes, type NodeBrowser } from '#main/fleet/browse.ts';
import { type Pairings, pairings } from '#main/fleet/pairing.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { isLoopback } from '#main/platform/loopback.ts';
import { ipv4Networks } from '#main/platform/multicast-dns.ts';
import { findNodeByKey, pairNode, revokeNode } from '#main/store/nodes.ts';
import type { Store } from '#main/store/open-store.ts';
import type { Settings } from '#shared/model/settings.ts';

export type ServerPairingOptions = {
  store: Store;
  identity: Identity;
  settings: Settings;
  clock: Clock;
  log: Logger;
  /** Where the server really listens, once it does. */
  port: () => number;
};

export type ServerPairing = {
  /** Null until it searches, and where the owner does not want nodes to be searched for. */
  browser: () => NodeBrowser | null;
  pairings: Pairings;
  /** Begins to search for nodes. */
  search: () => void;
  stop: () => Promise<void>;
};

/** The server's search for nodes, and its pairings with them. */
export function serverPairing({
  store: { db },
  identity,
  settings,
  clock,
  log,
  port,
}: ServerPairingOptions): ServerPairing {
  let browser: NodeBrowser | null = null;
  const desk = pairings({
    ...{ clock, log, identity, serverName: hostname() },
    home: () => ({ port: port(), onlyLoopback: isLoopback(settings.host) }),
    ownAddresses: () => ipv4Networks().map(({ address }) => address),
    remember: async (node) => {
      const before = await findNodeByKey(db, node.keyHash);
      const nodeId = await db.transaction().execute((trx) => pairNode(trx, node, clock.nowMs()));
      const wasPaired = before !== null && before.revokedAtMs === null;
      return {
        nodeId,
        undo: async () => {
          if (!wasPaired) await revokeNode(db, nodeId, clock.nowMs());
        },
      };
    },
  });
  return {
    browser: () => browser,
    pairings: desk,
    search: () => {
      if (settings.mdns) browser ??= browseNodes({ clock, log });
    },
    stop: async () => {
      desk.close();
      await browser?.stop();
    },
  };
}
