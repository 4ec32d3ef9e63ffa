import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Server } from 'socket.io';
import { io as connectTo } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import { type DoorLimits, openTlsDoor, type TlsDoor } from '#main/app/tls-door.ts';
import { type Identity, openIdentity } from '#main/platform/identity.ts';
import { peerKeyHash } from '#main/platform/peer-key.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

type Bench = {
  port: number;
  server: Identity;
  client: Identity;
  door: TlsDoor;
  seen: (string | null)[];
  clock: HandClock;
  connections: () => Promise<number>;
};

/** Answers each request with the key hash of who asks and the length of what was sent. */
async function bench(limits: Partial<DoorLimits> = {}): Promise<Bench> {
  const server = await openIdentity(await temporaryFolder(), 'server');
  const client = await openIdentity(await temporaryFolder(), 'client');
  const clock = handClock();
  const http = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
    });
    request.once('end', () => response.end(`${peerKeyHash(request) ?? 'nobody'} ${bytes}`));
  });
  const door = openTlsDoor(http, server, clock, { silenceMs: 60_000, handshakeMs: 60_000, ...limits });
  limitSlowClients(http);
  const io = new Server(http, { serveClient: false });
  const seen: (string | null)[] = [];
  io.on('connection', (socket) => seen.push(peerKeyHash(socket.request)));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(async () => {
    door.close();
    await io.close();
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  const connections = () =>
    new Promise<number>((resolve, reject) => {
      http.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  return { port: address.port, server, client, door, seen, clock, connections };
}

const certificateOf = ({ keyPem, certificatePem }: Identity) => ({ key: keyPem, cert: certificatePem });

/** As one that knows the server's certificate, and no other. */
async function askTls({ port, server }: Bench, body = '', more: object = {}): Promise<string> {
  const pinned = { ca: server.certificatePem, checkServerIdentity: () => undefined };
  const request = secureRequest({ host: '127.0.0.1', port, method: 'POST', agent: false, ...pinned, ...more });
  request.end(body);
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let received = '';
      response.on('data', (part: Buffer) => {
        received += part.toString();
      });
      response.once('end', () => resolve(received));
    });
  });
}

async function askPlain({ port }: Bench, body = ''): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
  return response.text();
}

/** A bare connection; `closed` resolves when the server ended it. */
function bare({ port }: Bench): { socket: Socket; closed: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1');
  // A reset is as good an end as any.
  socket.on('error', () => {});
  socket.resume();
  return { socket, closed: new Promise((resolve) => socket.once('close', resolve)) };
}

test('one port answers in the clear, over TLS, and over TLS to one with a key, whom it knows by it', async () => {
  const door = await bench();
  const large = 'x'.repeat(3_000_000);
  expect(await askPlain(door, 'four')).toBe('nobody 4');
  expect(await askPlain(door, large)).toBe('nobody 3000000');
  expect(await askTls(door, 'four')).toBe('nobody 4');
  expect(await askTls(door, large, certificateOf(door.client))).toBe(`${door.client.keyHash} 3000000`);
});

test('several requests share a connection, in the clear and over TLS', async () => {
  const door = await bench();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const answers = [];
  for (const body of ['', 'a', 'bc']) answers.push(await askTls(door, body, { agent, ...certificateOf(door.client) }));
  expect(answers).toEqual([0, 1, 2].map((bytes) => `${door.client.keyHash} ${bytes}`));
  const { socket, closed } = bare(door);
  let received = '';
  socket.on('data', (part: Buffer) => {
    received += part.toString();
  });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await closed;
  expect(received.match(/nobody 0/g)).toHaveLength(2);
});

test('Socket.IO works by both ways, and knows the key', async () => {
  const door = await bench();
  const tls = { ca: door.server.certificatePem, checkServerIdentity: () => undefined, ...certificateOf(door.client) };
  for (const [url, transport, options] of [
    [`http://127.0.0.1:${door.port}`, 'polling', {}],
    [`http://127.0.0.1:${door.port}`, 'websocket', {}],
    [`https://127.0.0.1:${door.port}`, 'websocket', tls],
  ] as const) {
    const socket = connectTo(url, { ...options, transports: [transport], forceNew: true });
    onTestFinished(() => void socket.disconnect());
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
  }
  expect(door.seen).toEqual([null, null, door.client.keyHash]);
});

test('nothing older than TLS 1.3 is spoken', async () => {
  const door = await bench();
  await expect(askTls(door, '', { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
  expect(await askPlain(door)).toBe('nobody 0');
});

test('a client that expects another key goes away', async () => {
  const door = await bench();
  await expect(askTls(door, '', { ca: door.client.certificatePem })).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  await waitUntil('its connection is gone', async () => (await door.connections()) === 0);
});

test('a connection that says nothing is closed, and so is one that ends before it said anything', async () => {
  const door = await bench({ silenceMs: 15_000 });
  const silent = bare(door);
  await waitUntil('it is there', async () => (await door.connections()) === 1);
  door.clock.advance(14_999);
  const spoke = await askPlain(door);
  door.clock.advance(1);
  await silent.closed;
  expect([spoke, await askPlain(door)]).toEqual(['nobody 0', 'nobody 0']);
  const ended = bare(door);
  ended.socket.end();
  await ended.closed;
});

test('a TLS handshake that does not go on is closed, and one that is none', async () => {
  const door = await bench({ handshakeMs: 100 });
  const halting = bare(door);
  // A record of 512 bytes is announced.
  halting.socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  await halting.closed;
  const garbled = bare(door);
  garbled.socket.write(Buffer.concat([Buffer.from([0x16]), Buffer.alloc(500, 0x41)]));
  await garbled.closed;
  expect(await askPlain(door)).toBe('nobody 0');
});

test('a first byte that comes alone is waited on', async () => {
  const door = await bench();
  const { socket, closed } = bare(door);
  let received = '';
  socket.on('data', (part: Buffer) => {
    received += part.toString();
  });
  socket.setNoDelay(true);
  socket.write('G');
  await new Promise((resolve) => socket.once('drain', resolve).write(Buffer.alloc(0), resolve));
  socket.write('ET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await closed;
  expect(received).toContain('nobody 0');
});

test('whose key is cut off loses every connection at once, and nobody else', async () => {
  const door = await bench();
  const open = async (identity: Identity | null) => {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port: door.port, ca: door.server.certificatePem, checkServerIdentity: () => undefined },
      ...(identity === null ? {} : certificateOf(identity)),
    });
    socket.on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhalf');
    await once(socket, 'secureConnect');
    return socket;
  };
  const mine = [await open(door.client), await open(door.client)];
  const others = [await open(door.server), await open(null)];
  await askTls(door, '', certificateOf(door.client));
  const closed = mine.map((socket) => once(socket, 'close'));
  door.door.cut(door.client.keyHash);
  await Promise.all(closed);
  for (const socket of others) {
    socket.write('x');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('200 OK');
    socket.destroy();
  }
});
