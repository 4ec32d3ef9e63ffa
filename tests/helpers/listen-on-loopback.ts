import type { Server } from 'node:http';

/** Opens a free port of loopback and answers it. */
export async function listenOnLoopback(http: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}
