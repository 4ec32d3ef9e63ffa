import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { advertise } from '#main/agent/advertise.ts';
import { browseNodes } from '#main/fleet/browse.ts';
import { systemClock } from '#main/platform/clock.ts';
import { type Logger, silentLogger } from '#main/platform/logger.ts';
import { ipv4Networks } from '#main/platform/multicast-dns.ts';
import { type NodeAdvert, nodeServiceType } from '#shared/protocol/node-discovery.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { multicastStranger, needsMulticast } from '#tests/helpers/multicast.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

/*
 * Real packets on the networks of this machine. Other nodes may be there too, so each test looks at its own ones only.
 */

const clock = systemClock;
const log = silentLogger;

function anAdvert(change: Partial<NodeAdvert> = {}): NodeAdvert {
  return {
    id: randomBytes(16).toString('hex'),
    ...{ name: 'Attic', version: '0.1.0', protocol: 1, cores: 8, gpu: 'GeForce RTX 4080', paired: false },
    ...change,
  };
}

function aBrowser(options: Partial<Parameters<typeof browseNodes>[0]> = {}) {
  const browser = browseNodes({ clock, log, ...options });
  onTestFinished(() => browser.stop());
  return { ...browser, find: (id: string) => browser.found().find((node) => node.id === id) };
}

function anAdvertisement(advert: NodeAdvert, port = 9626) {
  const advertisement = advertise({ advert, port, clock, log, chance: () => 0 });
  onTestFinished(() => advertisement.stop());
  return advertisement;
}

/** As a node says it, with whatever is to be wrong about it. */
function packetOf(id: string, txt: readonly string[], { ttl = 120, port = 9626 } = {}) {
  const name = `encrew-${id}.${nodeServiceType}`;
  return {
    type: 'response' as const,
    answers: [
      { type: 'PTR' as const, name: nodeServiceType, ttl, data: name },
      { type: 'SRV' as const, name, ttl, data: { port, target: `encrew-${id}.local` } },
      { type: 'TXT' as const, name, ttl, data: [...txt] },
    ],
  };
}

function txtOf(id: string, change: Record<string, string> = {}): string[] {
  const said = { id, name: 'Attic', version: '0.1.0', protocol: '1', cores: '8', gpu: '', paired: '0', ...change };
  return Object.entries(said).map(([key, value]) => `${key}=${value}`);
}

test('a server finds a node that was there before it, with all that the node says of itself', async (context) => {
  await needsMulticast(context);
  const advert = anAdvert();
  anAdvertisement(advert, 9_627);
  const browser = aBrowser();
  await waitUntil('the node is found', () => browser.find(advert.id) !== undefined, 5_000);
  const node = browser.find(advert.id);
  expect(node).toEqual({
    ...advert,
    host: `encrew-${advert.id}.local`,
    port: 9_627,
    addresses: expect.any(Array),
    lastSeenAtMs: expect.any(Number),
  });
  expect(node?.addresses[0]).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
});

test('a node that comes later is found, its change is heard, and with its goodbye it is gone at once', async (context) => {
  await needsMulticast(context);
  const browser = aBrowser();
  const advert = anAdvert({ gpu: null });
  const advertisement = anAdvertisement(advert);
  await waitUntil('the node is found', () => browser.find(advert.id)?.paired === false, 5_000);
  advertisement.update({ ...advert, paired: true });
  await waitUntil('it is paired', () => browser.find(advert.id)?.paired === true, 5_000);
  await advertisement.stop();
  await waitUntil('it is gone', () => browser.find(advert.id) === undefined, 2_000);
});

test('a node that vanished without a word is forgotten after three questions', async (context) => {
  await needsMulticast(context);
  const hand = handClock(1_000_000);
  const browser = aBrowser({ clock: hand });
  const stranger = await multicastStranger();
  onTestFinished(stranger.close);
  const { id } = anAdvert();
  await waitUntil('the node is found', async () => {
    await stranger.send(packetOf(id, txtOf(id)));
    return browser.find(id) !== undefined;
  });
  hand.advance(95_000);
  expect(browser.find(id)?.lastSeenAtMs).toBe(1_000_000);
  hand.advance(1);
  expect(browser.find(id)).toBeUndefined();
});

test('text of strangers is made fit to be shown, and what is no advert is left out', async (context) => {
  await needsMulticast(context);
  const browser = aBrowser();
  const stranger = await multicastStranger();
  onTestFinished(stranger.close);
  const ids = Array.from({ length: 8 }, () => anAdvert().id);
  const [bad = '', noPort = '', long = '', noText = '', badId = '', manyCores = '', empty = '', good = ''] = ids;
  const name = `\u001b[31mEvil\r\n\u202eName${'x'.repeat(180)}`;
  await waitUntil('the good one is found', async () => {
    await stranger.send(Buffer.from([0, 1, 2, 3]));
    await stranger.send(Buffer.alloc(600, 0xc0));
    await stranger.send(packetOf(bad, txtOf(bad, { paired: 'yes' })));
    await stranger.send(packetOf(noPort, txtOf(noPort), { port: 0 }));
    await stranger.send(packetOf(long, [...txtOf(long), ...Array.from({ length: 6 }, () => 'y'.repeat(250))]));
    await stranger.send(packetOf(noText, []));
    await stranger.send(packetOf(badId, txtOf(badId, { id: '../../etc/passwd' })));
    await stranger.send(packetOf(manyCores, txtOf(manyCores, { cores: '1e9' })));
    await stranger.send(packetOf(empty, txtOf(empty, { name: '\u0000' })));
    await stranger.send(packetOf(good, txtOf(good, { name, extra: 'of a later version' })));
    return browser.find(good) !== undefined;
  });
  expect(ids.map((id) => browser.find(id)?.name ?? null)).toEqual([
    ...Array.from({ length: 7 }, () => null),
    `[31mEvil Name${'x'.repeat(87)}`,
  ]);
});

test('the list has 200 entries at most, and who is in it stays', async (context) => {
  await needsMulticast(context);
  const browser = aBrowser();
  const stranger = await multicastStranger();
  onTestFinished(stranger.close);
  const first = anAdvert().id;
  await waitUntil('the first is found', async () => {
    await stranger.send(packetOf(first, txtOf(first)));
    return browser.find(first) !== undefined;
  });
  await waitUntil('the list is full', async () => {
    for (let sent = 0; sent < 100; sent += 1) {
      const { id } = anAdvert();
      await stranger.send(packetOf(id, txtOf(id, { name: `Flood ${sent}` })));
    }
    return browser.found().length >= 200;
  });
  for (let sent = 0; sent < 20; sent += 1) {
    const { id } = anAdvert();
    await stranger.send(packetOf(id, txtOf(id)));
  }
  expect(browser.found()).toHaveLength(200);
  expect(browser.find(first)).toBeDefined();
});

test('a machine without multicast is told of it once, and goes on', async () => {
  const told: string[] = [];
  const hand = handClock();
  const listening: Logger = { ...log, warn: (_fields, message) => told.push(message) };
  const nowhere = [{ address: '203.0.113.77', cidr: '203.0.113.77/24' }];
  const browser = aBrowser({ clock: hand, log: listening, networks: () => nowhere });
  await waitUntil('it was told', () => told.length > 0);
  hand.advance(5_000);
  hand.advance(5_000);
  browser.refresh();
  expect(browser.found()).toEqual([]);
  expect(told).toEqual(['no multicast on this machine: nodes do not find each other, and are added by address']);
});

test('a node is found once the network is there, and who is not of this network is not heard', async (context) => {
  await needsMulticast(context);
  const hand = handClock();
  const advert = anAdvert();
  let isThere = false;
  const elsewhere = [{ address: '203.0.113.77', cidr: '203.0.113.77/24' }];
  const deaf = aBrowser({ networks: () => elsewhere });
  const late = aBrowser({ clock: hand, networks: () => (isThere ? ipv4Networks() : []) });
  anAdvertisement(advert);
  const witness = aBrowser();
  await waitUntil('another one finds it', () => witness.find(advert.id) !== undefined, 5_000);
  expect(late.find(advert.id)).toBeUndefined();
  isThere = true;
  await waitUntil('it is found', () => {
    hand.advance(5_000);
    return late.find(advert.id) !== undefined;
  });
  expect(deaf.found()).toEqual([]);
});
