import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export type TcpRelay = {
  /** In place of the server's own. */
  url: string;
  /** Ends every line that goes through, and lets none through until `mend`. */
  cut(): void;
  mend(): void;
  /** What the server says waits until `release`, as on a line that is too slow for it. */
  hold(): void;
  release(): void;
  /** What the server says comes so much later from now on. */
  late(ms: number): void;
  /** So many bytes more are let through to the server, and no others; all are when it is null. */
  passOnly(bytes: number | null): void;
  /** Bytes that were not let through. */
  stuckBytes(): number;
};

/** A line to a server on loopback that can be cut; ends with the test, or whatever `onEnd` ends with. */
export async function tcpRelay(
  port: number,
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<TcpRelay> {
  const lines = new Set<Socket>();
  const fromServer = new Set<Socket>();
  let isCut = false;
  let lateMs = 0;
  let passBytes: number | null = null;
  let stuckBytes = 0;
  const keep = (line: Socket): void => {
    lines.add(line);
    line.on('error', () => {});
    line.on('close', () => {
      lines.delete(line);
      fromServer.delete(line);
    });
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    keep(far);
    fromServer.add(far);
    near.on('data', (bytes) => {
      const passing = passBytes === null ? bytes : bytes.subarray(0, passBytes);
      if (passBytes !== null) passBytes -= passing.length;
      stuckBytes += bytes.length - passing.length;
      far.write(passing);
    });
    let earlier = Promise.resolve();
    far.on('data', (bytes) => {
      if (lateMs === 0) return void near.write(bytes);
      earlier = Promise.all([earlier, delay(lateMs)]).then(() => void near.write(bytes));
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  const cut = (): void => {
    isCut = true;
    for (const line of lines) line.destroy();
  };
  onEnd(async () => {
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    hold: () => {
      for (const line of fromServer) line.pause();
    },
    release: () => {
      for (const line of fromServer) line.resume();
    },
    late: (ms) => {
      lateMs = ms;
    },
    passOnly: (bytes) => {
      passBytes = bytes;
      stuckBytes = 0;
    },
    stuckBytes: () => stuckBytes,
  };
}
