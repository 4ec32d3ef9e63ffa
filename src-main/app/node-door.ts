import { advertise } from '#main/agent/advertise.ts';
import { machineFacts, thisHardware } from '#main/agent/offer/machine-facts.ts';
import { type PairedServer, writePairedServer } from '#main/agent/paired-server.ts';
import { type AdoptingServer, pairingDesk, type PairingNews } from '#main/agent/pairing-desk.ts';
import { openPairingDoor } from '#main/agent/pairing-door.ts';
import { systemChance } from '#main/platform/chance.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { nodeProtocol } from '#shared/protocol/node.ts';
import { foundIdOf, type NodeAdvert, nodeDoorPort } from '#shared/protocol/node-discovery.ts';

/*
 * What a node shows its network: that it is there, how it is, and, while it has no server, where it can be paired.
 */

export type NodeDoorOptions = {
  dataDir: string;
  identity: Identity;
  name: string;
  encrewVersion: string;
  /** Says that it is there by mDNS. */
  mdns: boolean;
  /** It has a server, or was told which one to take: nobody pairs with it. */
  hasServer: boolean;
  tell: (news: PairingNews) => void;
  clock: Clock;
  log: Logger;
};

export type NodeDoor = {
  port: number;
  /** The server that took the node in this run, once one has. */
  paired: Promise<PairedServer>;
  close: () => Promise<void>;
};

/** Opens the node's door, on its usual port or a free one. */
export async function openNodeDoor(options: NodeDoorOptions): Promise<NodeDoor> {
  const { dataDir, identity, name, encrewVersion: version, clock, log } = options;
  const id = foundIdOf(identity.keyHash);
  const protocol = nodeProtocol;
  let hasServer = options.hasServer;
  let took = (_server: PairedServer): void => {};
  const paired = new Promise<PairedServer>((resolve) => {
    took = resolve;
  });

  const desk = pairingDesk({
    ...{ clock, keyHash: identity.keyHash, node: { name, version, protocol }, tell: options.tell },
    closedBecause: () => (hasServer ? `${name} has a server: unpair it there first, with encrew node --unpair` : null),
    adopt: async (server) => {
      const pairedServer = pairedServerOf(server);
      await writePairedServer(dataDir, pairedServer);
      hasServer = true;
      advertised({ paired: true });
      took(pairedServer);
    },
  });
  const door = await openPairingDoor({
    ...{ port: nodeDoorPort, identity, desk },
    health: () => ({ status: 'ok', id, version, protocol, paired: hasServer }),
  });

  let advert: NodeAdvert = { id, name, version, protocol, cores: machineFacts().cores, gpu: null, paired: hasServer };
  const advertisement = options.mdns ? advertise({ advert, port: door.port, clock, log, chance: systemChance }) : null;
  const advertised = (change: Partial<NodeAdvert>): void => {
    advert = { ...advert, ...change };
    advertisement?.update(advert);
  };
  // It takes seconds on some systems.
  if (advertisement !== null) void tellGpu(clock, log, (gpu) => advertised({ gpu }));

  return {
    port: door.port,
    paired,
    close: async () => {
      await advertisement?.stop();
      await door.close();
    },
  };
}

async function tellGpu(clock: Clock, log: Logger, tell: (model: string) => void): Promise<void> {
  const gpus = (await thisHardware(clock, log).gpus()) ?? [];
  const [best] = gpus.toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
  if (best !== undefined) tell(best.model);
}

/** Throws for an address that no URL can name. */
function pairedServerOf({ address, port, keyHash, certificatePem, nodeId }: AdoptingServer): PairedServer {
  const url = `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
  // RFC 4007 11: an address of one link only, with the name of the link.
  if (!URL.canParse(url)) throw new Error(`the server called from ${address}, where it can't be called back`);
  return { url, serverKeyHash: keyHash, certificatePem, nodeId };
}
