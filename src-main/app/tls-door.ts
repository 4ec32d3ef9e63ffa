import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Clock } from '#main/platform/clock.ts';
import { type Identity, keyHashOf } from '#main/platform/identity.ts';

/*
 * One port for both: the first byte of a connection tells TLS from HTTP, and what is decrypted goes the same way as what came
 * in the clear. People's browsers use HTTP; nodes use TLS with their certificate.
 */

export type DoorLimits = {
  /** For the first byte. */
  silenceMs: number;
  /** For the TLS handshake. */
  handshakeMs: number;
};

export type TlsDoor = {
  /** Ends all connections of a peer (`peerKeyHash`), whatever they do. */
  cut: (keyHash: string) => void;
  /** Ends those that have not said what they are. */
  close: () => void;
};

const usual: DoorLimits = { silenceMs: 15_000, handshakeMs: 10_000 };

/** RFC 8446 5.1, ContentType handshake. No HTTP method begins with it. */
const tlsHandshake = 0x16;

/** Makes an HTTP server understand TLS too, before it listens. It asks for a certificate and takes any, or none. */
export function openTlsDoor(http: HttpServer, identity: Identity, clock: Clock, limits = usual): TlsDoor {
  const serve = http.listeners('connection');
  const silent = new Set<Socket>();
  const secured = new Set<TLSSocket>();
  const tls = createTlsServer({
    ...{ key: identity.keyPem, cert: identity.certificatePem, minVersion: 'TLSv1.3' },
    // Whose key it is decides later, by the store; that the peer holds it is proven in any case.
    ...{ requestCert: true, rejectUnauthorized: false },
    handshakeTimeout: limits.handshakeMs,
  });
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  tls.on('secureConnection', (socket) => {
    secured.add(socket);
    socket.once('close', () => secured.delete(socket));
    http.emit('connection', socket);
  });

  http.removeAllListeners('connection');
  http.on('connection', (socket: Socket) => {
    if (socket instanceof TLSSocket) {
      for (const listener of serve) listener.call(http, socket);
      return;
    }
    silent.add(socket);
    const cancel = clock.after(limits.silenceMs, () => socket.destroy());
    readFirstByte(socket, (first) => {
      cancel();
      silent.delete(socket);
      if (first === tlsHandshake) {
        // HTTP may answer to one that has said all it wants to say; half a TLS connection is of no use.
        socket.allowHalfOpen = false;
        tls.emit('connection', socket);
      } else if (first !== null) for (const listener of serve) listener.call(http, socket);
    });
  });

  return {
    cut: (keyHash) => {
      for (const socket of secured) if (keyOf(socket) === keyHash) socket.destroy();
    },
    close: () => {
      for (const socket of silent) socket.destroy();
    },
  };
}

/** Null for a connection that ended before. The byte stays to be read. */
function readFirstByte(socket: Socket, then: (first: number | null) => void): void {
  const settle = (first: number | null): void => {
    socket.off('readable', look).off('end', end).off('close', end).off('error', end);
    if (first === null) {
      // It may still break while it is being closed.
      socket.on('error', () => {});
      socket.destroy();
    }
    then(first);
  };
  const look = (): void => {
    const read: unknown = socket.read(1);
    if (!(read instanceof Uint8Array)) return;
    socket.unshift(read);
    settle(read[0] ?? null);
  };
  const end = (): void => settle(null);
  socket.on('readable', look).on('end', end).on('close', end).on('error', end);
}

function keyOf(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : keyHashOf(certificate);
}
