import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Answer, decode, encode, type Packet } from 'dns-packet';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/*
 * Multicast DNS (RFC 6762) over IPv4, on every network that this machine is in. It is a convenience that nothing depends on: where
 * a machine has no multicast that is told once, and no packet, network or error of it may end the process.
 */

/** A network of this machine. */
export type Network = { address: string; cidr: string };

export type HeardPacket = {
  isResponse: boolean;
  questions: readonly { type: string; name: string }[];
  /** Answers, and what came along with them. */
  records: readonly Answer[];
  /** Who sent it: an address in one of this machine's networks. */
  address: string;
};

export type MulticastDns = {
  /** Sends a packet of its own to each network; null sends none there. Settles when that is done, and never rejects. */
  send(packetFor: (network: Network) => Packet | null): Promise<void>;
  close(): Promise<void>;
};

export type MulticastOptions = {
  clock: Clock;
  log: Logger;
  onPacket: (packet: HeardPacket) => void;
  /** The socket is open, or the machine came into another network. */
  onNetworks: () => void;
  /** This machine's IPv4 networks; for tests. */
  networks?: () => Network[];
};

/** RFC 6762 3 and 5.2. */
const group = '224.0.0.251';
const port = 5353;
/** How soon a cable that was plugged in is noticed; also how soon a socket that failed is tried again. */
const lookEveryMs = 5_000;
/** RFC 6762 17: no packet is longer. */
const largestPacketBytes = 9_000;
/** A house with 200 nodes stays below it; whoever floods the network costs no more than this. */
const mostPacketsPerSec = 500;

/** Joins the group. Answers at once: networks, or the lack of them, show later. */
export function openMulticastDns(options: MulticastOptions): MulticastDns {
  const { clock, log, onPacket, onNetworks, networks = ipv4Networks } = options;
  let socket: Socket | null = null;
  let joined = new Map<string, Network>();
  let local = new BlockList();
  let isClosed = false;
  let wasTold = false;
  let cancelLook = (): void => {};
  let sending = Promise.resolve();
  let second = { startsMs: 0, packets: 0 };

  const tell = (reason: unknown): void => {
    if (wasTold) return;
    wasTold = true;
    const why = reason instanceof Error ? reason.message : String(reason);
    log.warn({ reason: why }, 'no multicast on this machine: nodes do not find each other, and are added by address');
  };

  const giveUp = (reason: unknown): void => {
    tell(reason);
    socket?.close();
    socket = null;
    joined = new Map();
  };

  const hear = (bytes: Buffer, { address }: RemoteInfo): void => {
    const nowMs = clock.monotonicMs();
    if (nowMs - second.startsMs >= 1_000) second = { startsMs: nowMs, packets: 0 };
    second.packets += 1;
    if (second.packets > mostPacketsPerSec || bytes.length > largestPacketBytes) return;
    // RFC 6762 11: a packet that did not come from this very link is somebody's trick.
    if (!local.check(address)) return;
    const packet = readPacket(bytes);
    if (packet !== null) onPacket({ ...packet, address });
  };

  const open = (): void => {
    const opened = createSocket({ type: 'udp4', reuseAddr: true });
    socket = opened;
    opened.on('message', hear);
    opened.on('error', (error) => {
      if (socket === opened) giveUp(error);
    });
    // Bound to no network alone: a socket of one address hears no multicast on Linux.
    opened.bind(port, '0.0.0.0', () => {
      if (socket !== opened) return;
      try {
        // RFC 6762 11; and other processes of this machine must hear it too.
        opened.setMulticastTTL(255);
        opened.setMulticastLoopback(true);
      } catch (error) {
        giveUp(error);
        return;
      }
      join(opened);
    });
  };

  /** Loopback only where there is no other: some systems have multicast there, some have not. */
  const join = (on: Socket): void => {
    const before = joined;
    const found = networks();
    joined = joinedOf(
      on,
      found.filter((network) => !isOwn(network)),
      before,
    );
    if (joined.size === 0) joined = joinedOf(on, found.filter(isOwn), before);
    for (const { address } of before.values()) if (!joined.has(address)) leave(on, address);
    local = new BlockList();
    for (const { cidr } of found) addSubnet(local, cidr);
    if (joined.size === 0) tell('no network takes it');
    if ([...joined.keys()].some((address) => !before.has(address))) onNetworks();
  };

  const look = (): void => {
    if (isClosed) return;
    try {
      if (socket === null) open();
      else if (isBound(socket)) join(socket);
    } catch (error) {
      giveUp(error);
    }
    cancelLook = clock.after(lookEveryMs, look);
  };
  look();

  const sendToAll = async (before: Promise<void>, packetFor: (network: Network) => Packet | null): Promise<void> => {
    await before;
    for (const network of joined.values()) {
      const packet = packetFor(network);
      if (socket !== null && packet !== null) await sendOn(socket, network, packet);
    }
  };

  return {
    send: (packetFor) => {
      // One after the other: which network a packet leaves by is a property of the socket, not of the packet.
      sending = sendToAll(sending, packetFor);
      return sending;
    },
    close: async () => {
      isClosed = true;
      cancelLook();
      await sending;
      const last = socket;
      socket = null;
      joined = new Map();
      if (last !== null) await new Promise<void>((resolve) => last.close(() => resolve()));
    },
  };
}

/** Of this machine, as they are now: it names an address only while its interface is up. */
export function ipv4Networks(): Network[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ family, address, cidr }) => (family === 'IPv4' && cidr !== null ? [{ address, cidr }] : [])),
  );
}

function isOwn({ address }: Network): boolean {
  return address.startsWith('127.');
}

function addSubnet(list: BlockList, cidr: string): void {
  const [net = '', bits = ''] = cidr.split('/');
  list.addSubnet(net, Number(bits), 'ipv4');
}

function joinedOf(
  socket: Socket,
  wanted: readonly Network[],
  before: ReadonlyMap<string, Network>,
): Map<string, Network> {
  return new Map(
    wanted
      .filter(({ address }) => before.has(address) || joinsGroup(socket, address))
      .map((network) => [network.address, network]),
  );
}

/** Systems forget a membership when its interface goes, and some only believe that they did. */
function joinsGroup(socket: Socket, address: string): boolean {
  leave(socket, address);
  try {
    socket.addMembership(group, address);
    return true;
  } catch {
    return false;
  }
}

function leave(socket: Socket, address: string): void {
  try {
    socket.dropMembership(group, address);
  } catch {
    // It was not a member, or the interface is gone.
  }
}

function isBound(socket: Socket): boolean {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
}

/** What can't be sent is lost, as any packet may be. */
function sendOn(socket: Socket, { address }: Network, packet: Packet): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.setMulticastInterface(address);
      socket.send(encode(packet), port, group, () => resolve());
    } catch {
      resolve();
    }
  });
}

/** Null for what is no packet of mDNS. */
function readPacket(bytes: Buffer): Omit<HeardPacket, 'address'> | null {
  try {
    const { type, questions = [], answers = [], additionals = [] } = decode(bytes);
    return { isResponse: type === 'response', questions, records: [...answers, ...additionals] };
  } catch {
    return null;
  }
}
