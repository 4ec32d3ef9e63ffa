import { connect, createServer, type Socket } from 'node:net';
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
};

/** A line to a server on loopback that can be cut; ends with the test. */
export async function tcpRelay(port: number): Promise<TcpRelay> {
  const lines = new Set<Socket>();
  const fromServer = new Set<Socket>();
  let isCut = false;
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
    near.pipe(far);
    far.on('data', (bytes) => near.write(bytes));
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
  onTestFinished(async () => {
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
  };
}
