import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limitSlowClients, type SlowClientLimits } from '#main/api/limit-slow-clients.ts';

const never: SlowClientLimits = { headersMs: 60_000, silenceMs: 60_000, keepAliveMs: 60_000 };

/** A server that reads every body to its end, and a connection to it. */
async function connection(
  limits: Partial<SlowClientLimits>,
): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> {
  const server = createServer({ connectionsCheckingInterval: 20 }, (request, response) => {
    request.resume();
    request.once('end', () => response.end('whole'));
  });
  limitSlowClients(server, { ...never, ...limits });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  let received = '';
  socket.on('data', (part) => {
    received += part.toString();
  });
  // A reset is as good an end as any.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, received: () => received, closed };
}

test('a connection that does not finish its head is closed', async () => {
  const { socket, received, closed } = await connection({ headersMs: 100 });
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:');
  // A byte now and then keeps it from being silent.
  const drip = setInterval(() => socket.write('x'), 30);
  await closed;
  clearInterval(drip);
  expect(received()).toMatch(/^HTTP\/1.1 408 /);
});

test('a connection on which nothing moves is closed', async () => {
  const { socket, received, closed } = await connection({ silenceMs: 100 });
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf');
  await closed;
  expect(received()).toBe('');
});

test('an upload may take as long as it moves', async () => {
  const { socket, received, closed } = await connection({ headersMs: 100, silenceMs: 150 });
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 10\r\n\r\n');
  let left = 10;
  const drip = setInterval(() => {
    socket.write('x');
    left -= 1;
    if (left === 0) clearInterval(drip);
  }, 50);
  await closed;
  expect(received()).toMatch(/^HTTP\/1.1 200 [^]*whole$/);
});
