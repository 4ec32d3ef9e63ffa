import { createServer } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import type { Authenticate } from '#main/api/authentication.ts';
import { openLive } from '#main/api/live.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { aQueue } from '../helpers/a-queue.ts';
import { listenOnLoopback } from '../helpers/listen-on-loopback.ts';
import { viewer } from '../helpers/serve-api.ts';

test('a line is ended when its owner is shut out, and no other', async () => {
  const { db, clock } = await aQueue();
  const good = new Set(['Bearer first', 'Bearer second']);
  const authenticate: Authenticate = async ({ headers }) =>
    good.has(headers.authorization ?? '')
      ? { ok: true, actor: viewer, csrfMatches: null }
      : { ok: false, code: 'ENC-AUTH-002', details: 'revoked' };
  const http = createServer();
  const server = new SocketServer(http);
  const live = openLive(server, { db, clock, log: silentLogger, authenticate });
  const port = await listenOnLoopback(http);
  const lines = ['first', 'second'].map((token) =>
    io(`http://127.0.0.1:${port}/live`, { auth: { token }, transports: ['websocket'], reconnection: false }),
  );
  onTestFinished(async () => {
    for (const line of lines) line.disconnect();
    await server.close();
  });
  await Promise.all(lines.map((line) => line.emitWithAck('follow', { room: 'dashboard' })));
  good.delete('Bearer first');
  const ended = new Promise<string>((resolve) => lines[0]?.once('disconnect', resolve));
  await live.recheck();
  expect([await ended, lines[1]?.connected]).toEqual(['io server disconnect', true]);
});
