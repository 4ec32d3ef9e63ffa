import type { Socket } from 'node:net';

/** Keeps a connection open though no byte goes over it for a long time; the next request on it has the usual limit again. */
export function allowSilence(socket: Socket): void {
  socket.setTimeout(0);
}
