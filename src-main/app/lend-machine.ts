import type { PairedServer } from '#main/agent/paired-server.ts';
import type { PairingNews } from '#main/agent/pairing-desk.ts';
import { type FfmpegTools, findFfmpeg } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Identity } from '#main/platform/identity.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type OwnLimits, runFarNode } from './far-node.ts';
import { openNodeDoor } from './node-door.ts';

/*
 * A machine that is lent: waits to be paired where it has no server yet, then works for the one it has.
 */

export type LendNews =
  /** It has no server: one can pair with it on this port. */
  | { kind: 'waits'; port: number }
  | { kind: 'pairing'; news: PairingNews }
  /** The server has let it in. The URL is what people open in a browser. */
  | { kind: 'works'; url: string }
  | { kind: 'tasks'; running: number };

export type LendOptions = {
  dataDir: string;
  identity: Identity;
  name: string;
  encrewVersion: string;
  /** The server that it belongs to; null waits for one that pairs with it. */
  server: PairedServer | null;
  tools: FfmpegTools;
  mdns: boolean;
  clock: Clock;
  log: Logger;
  tell: (news: LendNews) => void;
  own?: OwnLimits;
  /** Aborted when it is to end. */
  signal: AbortSignal;
};

export type LendEnd =
  | { kind: 'stopped' }
  /** One line with what to do. */
  | { kind: 'refused'; message: string };

/** Lends this machine until it is stopped, or its server won't have it. What runs is given back. */
export async function lendMachine(options: LendOptions): Promise<LendEnd> {
  const { dataDir, identity, name, encrewVersion, mdns, clock, log, tell, signal } = options;
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const door = await openNodeDoor({
    ...{ dataDir, identity, name, encrewVersion, clock, log, mdns, hasServer: options.server !== null },
    tell: (news) => tell({ kind: 'pairing', news }),
  });
  try {
    if (options.server === null) tell({ kind: 'waits', port: door.port });
    const server = options.server ?? (await Promise.race([door.paired, ended]));
    return server === undefined ? { kind: 'stopped' } : await workFor(server, options, ended);
  } finally {
    await door.close();
  }
}

async function workFor(server: PairedServer, options: LendOptions, ended: Promise<void>): Promise<LendEnd> {
  const { log, tell, own } = options;
  let { tools } = options;
  for (;;) {
    const end = await runFarNode({
      ...{ ...options, server, tools, ended },
      onJoined: () => tell({ kind: 'works', url: server.url.replace(/^https:/, 'http:') }),
      onTasks: (running) => tell({ kind: 'tasks', running }),
      ...(own === undefined ? {} : { own }),
    });
    if (end.kind !== 'restart') return end;
    log.info({}, 'begins anew, as people asked');
    // It may be why they asked: FFmpeg was replaced.
    tools = await findFfmpeg();
  }
}
