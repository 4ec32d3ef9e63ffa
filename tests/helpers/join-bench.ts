import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { joinServer, type JoinResult } from '#main/agent/join-server.ts';
import { createApi } from '#main/api/create-api.ts';
import { joinRouter } from '#main/api/node-join.ts';
import { openTlsDoor } from '#main/app/tls-door.ts';
import { joinDesk } from '#main/fleet/join-desk.ts';
import { makeInvite } from '#main/fleet/make-invite.ts';
import { systemClock } from '#main/platform/clock.ts';
import { type Identity, openIdentity } from '#main/platform/identity.ts';
import { type InviteCode, readInviteCode } from '#main/platform/invite-code.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type JoinBench = {
  store: Store;
  clock: HandClock;
  /** Of the server. */
  identity: Identity;
  /** `https://127.0.0.1:port`. */
  url: string;
  /** A code that is good now. */
  invite: () => Promise<InviteCode>;
  /** Comes with a code, at this server or another address. */
  join: (node: Identity, code: InviteCode, url?: string) => Promise<JoinResult>;
  /** Name, id of the node, result and what was said, of each who came. */
  audit: () => Promise<{ actorName: string; result: string; resourceId: string | null; details: unknown }[]>;
};

/** The real HTTP side of a server as far as nodes join by it, with TLS; ends with the test. */
export async function joinBench(): Promise<JoinBench> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const clock = handClock(Date.parse('2026-01-31T12:00:00.000Z'));
  const identity = await newIdentity('server');
  const desk = joinDesk({ db, clock, log: silentLogger, serverKeyHash: identity.keyHash });
  const app = createApi({
    ...{ routes: [], clock, log: silentLogger, nodeWork: joinRouter({ desk, clock, log: silentLogger }) },
    authenticate: async () => ({ ok: true, actor: null, csrfMatches: null }),
  });
  const http = createServer(app);
  const door = openTlsDoor(http, identity, systemClock);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    door.close();
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const own = `https://127.0.0.1:${address.port}`;
  return {
    ...{ store, clock, identity, url: own },
    invite: async () => {
      const made = await makeInvite(db, null, clock.nowMs());
      const code = readInviteCode(made?.code ?? '');
      if (code === null) throw new Error('no code was made');
      return code;
    },
    join: (node, code, url = own) =>
      joinServer({ url, code, identity: node, name: 'Attic', version: '1.0.0', clock: systemClock }),
    audit: async () => {
      const rows = await db.selectFrom('audit').selectAll().orderBy('id').execute();
      return rows.map(({ actorName, result, resourceId, detailsJson }) => {
        const details: unknown = JSON.parse(detailsJson);
        return { actorName, result, resourceId, details };
      });
    },
  };
}

/** Somebody's own. */
export async function newIdentity(name: string): Promise<Identity> {
  return openIdentity(await temporaryFolder(), name);
}
