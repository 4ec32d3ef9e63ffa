import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type HeardPacket, type Network, openMulticastDns } from '#main/platform/multicast-dns.ts';
import { type FoundNode, nodeServiceType } from '#shared/protocol/node-discovery.ts';
import { readAdverts } from './read-advert.ts';

export type NodeBrowser = {
  /** Nodes of this machine's networks, by name. What they say of themselves is not proven. */
  found(): FoundNode[];
  /** Asks once more, where that was not done just now: somebody is looking. */
  refresh(): void;
  stop(): Promise<void>;
};

export type BrowseOptions = {
  clock: Clock;
  log: Logger;
  /** This machine's IPv4 networks; for tests. */
  networks?: () => Network[];
};

/** `heardMs` is monotonic: a clock that is set makes nobody vanish. */
type Heard = { node: FoundNode; heardMs: number };

/** Until the first answers are there, then at a measured pace (RFC 6762 5.2). */
const firstAskMs = [0, 1_000, 3_000, 8_000];
const askEveryMs = 30_000;
/** Three questions that were not answered: it was switched off without a word. */
const forgetMs = 3 * askEveryMs + 5_000;
/** Not more often, however many people look. */
const refreshEveryMs = 2_000;
const mostNodes = 200;
const mostAddresses = 8;

/** Looks for nodes until stopped. Whatever strangers send, it keeps a bounded list of well-formed entries. */
export function browseNodes({ clock, log, networks }: BrowseOptions): NodeBrowser {
  const nodes = new Map<string, Heard>();
  let askedMs = -refreshEveryMs;
  let asked = 0;
  let isStopped = false;
  let cancelAsk = (): void => {};

  const ask = (): void => {
    askedMs = clock.monotonicMs();
    void line.send(() => ({ type: 'query', questions: [{ type: 'PTR', name: nodeServiceType, class: 'IN' }] }));
  };

  const keepAsking = (): void => {
    if (isStopped) return;
    ask();
    forgetSilent();
    asked += 1;
    const [from = 0, to = null] = firstAskMs.slice(asked - 1);
    cancelAsk = clock.after(to === null ? askEveryMs : to - from, keepAsking);
  };

  const forgetSilent = (): void => {
    for (const [id, { heardMs }] of nodes) if (clock.monotonicMs() - heardMs > forgetMs) nodes.delete(id);
  };

  const hear = (packet: HeardPacket): void => {
    if (!packet.isResponse) return;
    for (const { isGone, node } of readAdverts(packet)) {
      const known = nodes.get(node.id);
      if (isGone) {
        // Only where it was heard from: otherwise anybody could make it vanish.
        if (known?.node.addresses.includes(packet.address) === true) nodes.delete(node.id);
        continue;
      }
      if (known === undefined && nodes.size >= mostNodes) continue;
      const others = known?.node.addresses.filter((address) => address !== packet.address) ?? [];
      const addresses = [packet.address, ...others].slice(0, mostAddresses);
      nodes.set(node.id, {
        node: { ...node, addresses, lastSeenAtMs: clock.nowMs() },
        heardMs: clock.monotonicMs(),
      });
    }
  };

  const line = openMulticastDns({
    ...{ clock, log, ...(networks === undefined ? {} : { networks }) },
    onPacket: hear,
    onNetworks: () => {
      // Another network, other nodes: from the beginning.
      asked = 0;
      cancelAsk();
      keepAsking();
    },
  });

  return {
    found: () => {
      forgetSilent();
      const known = [...nodes.values()].map(({ node }) => node);
      return known.sort((a, b) => (a.name === b.name ? compare(a.id, b.id) : compare(a.name, b.name)));
    },
    refresh: () => {
      if (!isStopped && clock.monotonicMs() - askedMs >= refreshEveryMs) ask();
    },
    stop: async () => {
      isStopped = true;
      cancelAsk();
      nodes.clear();
      await line.close();
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
