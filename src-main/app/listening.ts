import { createServer, type Server as HttpServer } from 'node:http';
import { ServerUnusable } from './server-unusable.ts';

export type Listening = {
  http: HttpServer;
  /** Where people and scripts find it: `http://127.0.0.1:7420`. */
  url: string;
  port: number;
};

/** Opens a port for a server. Throws ServerUnusable, in one line, where that can't be. */
export async function listenOn(host: string, port: number, prepare: (http: HttpServer) => void): Promise<Listening> {
  const http = createServer();
  prepare(http);
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ServerUnusable(`can't listen on ${host} port ${port}: ${whyNot(error)}`, { cause: error }));
    });
    http.listen(port, host, resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { http, port: address.port, url: urlOf(host, address.port) };
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there: stop it, or choose another --port';
    case 'EACCES':
      return 'the system refuses that port: choose one from 1024 on';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address: choose another --host';
    default:
      return message;
  }
}

/** One that listens everywhere is found on loopback too. */
function urlOf(host: string, port: number): string {
  const isEverywhere = host === '0.0.0.0' || host === '::' || host === '';
  const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
