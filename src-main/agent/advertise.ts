import type { Answer, Packet } from 'dns-packet';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type HeardPacket, type Network, openMulticastDns } from '#main/platform/multicast-dns.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { type NodeAdvert, nodeServiceType } from '#shared/protocol/node-discovery.ts';

export type AdvertiseOptions = {
  advert: NodeAdvert;
  /** Of the pairing door. */
  port: number;
  clock: Clock;
  log: Logger;
  /** From 0 up to 1. */
  chance: () => number;
  /** This machine's IPv4 networks; for tests. */
  networks?: () => Network[];
};

export type Advertisement = {
  /** Something about the node has changed. */
  update(advert: NodeAdvert): void;
  /** Tells everybody that it is gone. */
  stop(): Promise<void>;
};

/** RFC 6762 10 has 75 minutes for most records; a machine that was switched off should not be offered for so long. */
const ttlSec = 120;
/** RFC 6762 6: a record is not sent again within a second. */
const leastGapMs = 1_000;
const everyService = '_services._dns-sd._udp.local';
/** RFC 6763 6.1: a string of a TXT record has at most 255 bytes; a character has at most four. */
const longestText = 50;

/**
 * Lets servers of the same networks find this node, until stopped. It asks nobody whether its name is free (RFC 6762 8.1), since
 * the name has the hash of its key in it.
 */
export function advertise(options: AdvertiseOptions): Advertisement {
  const { port, clock, log, chance, networks } = options;
  let { advert } = options;
  let sentMs = -leastGapMs;
  let isStopped = false;
  let answerAtMs: number | null = null;
  let cancelAnswer = (): void => {};
  let cancelRepeat = (): void => {};

  const send = (seconds: number): Promise<void> => {
    sentMs = clock.monotonicMs();
    return line.send((network) => announcement(advert, port, network, seconds));
  };

  /** Now or soon; one answer serves everybody who asks meanwhile. */
  const answer = (delayMs: number): void => {
    const nowMs = clock.monotonicMs();
    const atMs = Math.max(nowMs + delayMs, sentMs + leastGapMs);
    if (isStopped || (answerAtMs !== null && answerAtMs <= atMs)) return;
    cancelAnswer();
    answerAtMs = atMs;
    cancelAnswer = clock.after(atMs - nowMs, () => {
      answerAtMs = null;
      void send(ttlSec);
    });
  };

  /** RFC 6762 8.3: twice, a second apart. */
  const announce = (): void => {
    answer(0);
    cancelRepeat();
    cancelRepeat = clock.after(1_500, () => answer(0));
  };

  const line = openMulticastDns({
    ...{ clock, log, ...(networks === undefined ? {} : { networks }) },
    // RFC 6762 6: spread, since every node of the house is asked at the same moment.
    onPacket: (packet) => {
      if (asksFor(packet, advert)) answer(20 + chance() * 100);
    },
    onNetworks: announce,
  });

  return {
    update: (changed) => {
      advert = changed;
      announce();
    },
    stop: async () => {
      isStopped = true;
      cancelAnswer();
      cancelRepeat();
      await send(0);
      await line.close();
    },
  };
}

function instanceOf({ id }: NodeAdvert): string {
  return `encrew-${id}.${nodeServiceType}`;
}

function hostOf({ id }: NodeAdvert): string {
  return `encrew-${id}.local`;
}

/** A question for this node that its asker does not know the answer of already (RFC 6762 7.1). */
function asksFor({ isResponse, questions, records }: HeardPacket, advert: NodeAdvert): boolean {
  if (isResponse) return false;
  const names = [nodeServiceType, everyService, instanceOf(advert), hostOf(advert)];
  if (!questions.some(({ name }) => names.includes(name.toLowerCase()))) return false;
  return !records.some(
    (known) => known.type === 'PTR' && known.data === instanceOf(advert) && (known.ttl ?? 0) > ttlSec / 2,
  );
}

/** All that is to be known, in one packet; `seconds` 0 takes it back. Each network hears of the address that is in it. */
function announcement(advert: NodeAdvert, port: number, { address }: Network, seconds: number): Packet {
  const [name, target] = [instanceOf(advert), hostOf(advert)];
  const own = { ttl: seconds, class: 'IN', flush: true } as const;
  const answers: Answer[] = [
    { type: 'PTR', name: nodeServiceType, ttl: seconds, class: 'IN', data: name },
    { type: 'SRV', name, ...own, data: { port, target, priority: 0, weight: 0 } },
    { type: 'TXT', name, ...own, data: textOf(advert) },
    { type: 'A', name: target, ...own, data: address },
  ];
  const browsed: Answer = { type: 'PTR', name: everyService, ttl: seconds, class: 'IN', data: nodeServiceType };
  // That nodes are a thing here at all is not taken back with one of them.
  return {
    ...{ type: 'response', flags: authoritative },
    answers: seconds === 0 ? answers : [...answers, browsed],
  };
}

/** RFC 6762 18.4. */
const authoritative = 0x0400;

function textOf({ id, name, version, protocol, cores, gpu, paired }: NodeAdvert): string[] {
  return [
    'txtvers=1',
    `id=${id}`,
    `name=${plainLine(name, longestText)}`,
    `version=${plainLine(version, longestText)}`,
    `protocol=${protocol}`,
    `cores=${cores}`,
    `gpu=${gpu === null ? '' : plainLine(gpu, longestText)}`,
    `paired=${paired ? 1 : 0}`,
  ];
}
