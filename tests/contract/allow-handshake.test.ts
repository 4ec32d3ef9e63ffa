import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { allowHandshake } from '#main/api/allow-handshake.ts';

test('a socket opens for our own pages, allowed ones and programs, and for no other page', async () => {
  const http = createServer();
  const server = new Server(http, { allowRequest: allowHandshake(() => ['https://films.example']) });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close());
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const opens = (transport: 'polling' | 'websocket', headers: Record<string, string>) =>
    new Promise<boolean>((resolve) => {
      const socket = io(`http://127.0.0.1:${port}`, {
        transports: [transport],
        extraHeaders: headers,
        reconnection: false,
        forceNew: true,
      });
      const end = (isOpen: boolean) => () => {
        socket.close();
        resolve(isOpen);
      };
      socket.once('connect', end(true));
      socket.once('connect_error', end(false));
    });
  for (const transport of ['polling', 'websocket'] as const) {
    for (const headers of [{}, { Origin: `http://127.0.0.1:${port}` }, { Origin: 'https://films.example' }]) {
      expect([transport, headers, await opens(transport, headers)]).toEqual([transport, headers, true]);
    }
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      expect([transport, headers, await opens(transport, headers)]).toEqual([transport, headers, false]);
    }
  }
  // The polling client names the host by itself.
  expect(await opens('websocket', { Host: 'evil.example' })).toBe(false);
});
