import type { Express } from 'express';
import type { Server as HttpServer } from 'node:http';
import type { Server as SocketServer } from 'socket.io';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { isLoopback } from '#main/platform/loopback.ts';
import type { Store } from '#main/store/open-store.ts';
import { hasOwner } from '#main/store/owner.ts';
import type { Settings } from '#shared/model/settings.ts';
import type { Engine } from './engine.ts';
import { type Listening, listenOn } from './listening.ts';
import { openTlsDoor, type TlsDoor } from './tls-door.ts';

export type Doors = {
  /** Where people and scripts find it: `http://127.0.0.1:7420`. */
  url: string;
  port: number;
  /** True while others than this machine have to wait for an owner to be set up. */
  waitsForOwner: boolean;
  /** Ends all connections of a node, by its key. */
  cut: (keyHash: string) => void;
  close: () => Promise<void>;
};

export type DoorOptions = {
  settings: Settings;
  app: Express;
  identity: Identity;
  io: SocketServer;
  engine: Engine;
  store: Store;
  log: Logger;
};

/** Opens the server to whoever may come: only this machine, until somebody can sign in. Throws ServerUnusable. */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { settings, io, engine, store, log } = options;
  const tlsDoors: TlsDoor[] = [];
  const prepare = (http: HttpServer): void => {
    http.on('request', options.app);
    limitSlowClients(http);
    tlsDoors.push(openTlsDoor(http, options.identity, engine.queue.clock));
  };
  const isOwned = (): Promise<boolean> => hasOwner(store.db, engine.queue.clock.nowMs());
  const waitsForOwner = !isLoopback(settings.host) && !(await isOwned());
  const first = await listenOn(waitsForOwner ? '127.0.0.1' : settings.host, settings.port, prepare);
  io.attach(first.http);
  // Engine.IO ends with the door it was given first; here a wider one takes its place, and `close` ends it.
  first.http.removeAllListeners('close');
  const open: Listening[] = [first];
  if (waitsForOwner) {
    engine.addLoop({
      ...{ name: 'owner', everyMs: 1_000, isQueues: false },
      turn: async () => {
        if (open.length > 1 || !(await isOwned())) return;
        // The node's own line goes on; only new ones come by the wider door.
        first.http.close();
        const wide = await listenOn(settings.host, first.port, prepare);
        io.engine.attach(wide.http, { path: io.path() });
        open.push(wide);
        log.info({ host: settings.host, port: first.port }, 'an owner is set up: others may connect now');
      },
    });
  }
  return {
    url: first.url,
    port: first.port,
    waitsForOwner,
    cut: (keyHash) => {
      for (const door of tlsDoors) door.cut(keyHash);
    },
    close: async () => {
      for (const door of tlsDoors) door.close();
      await io.close();
      for (const { http } of open) {
        http.close();
        http.closeAllConnections();
      }
    },
  };
}
