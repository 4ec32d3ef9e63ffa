import { type LendNews, lendMachine } from '#main/app/lend-machine.ts';
import { holdMachine, knownServer, leaveServer } from '#main/app/lent-folder.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { openIdentity } from '#main/platform/identity.ts';
import { keepSecrets } from '#main/platform/keep-secrets.ts';
import type { LentStanding } from '#shared/protocol/desktop.ts';
import type { NodeLimits } from '#shared/model/node.ts';
import type { RunningWork, WorkDeps } from './running-work.ts';
import { lockOf } from './secret-orders.ts';
import type { FromWork, RestWishes, WorkOrders } from './work-messages.ts';

/** This machine as the node of another server, as `encrew node` runs it. Throws as whyRefused knows it. */
export async function startNodeWork(
  orders: WorkOrders,
  tell: (message: FromWork) => void,
  deps: WorkDeps,
): Promise<RunningWork> {
  const { dataDir, name, version } = orders;
  const { clock, log, environment } = deps;
  const release = await holdMachine(dataDir);
  let wishes = orders.wishes;
  let secrets = lockOf(orders.secrets);
  let limitAgain = (): void => {};
  let lent: LentStanding = { name, port: null, serverUrl: null, pairing: null };
  let run: { abort: AbortController; ended: Promise<void> } | null = null;

  const stands = (change: Partial<LentStanding>): void => {
    lent = { ...lent, ...change };
    tell({ kind: 'lent', lent });
  };
  const hear = (news: LendNews): void => {
    switch (news.kind) {
      case 'waits':
        return stands({ port: news.port, serverUrl: null });
      case 'works':
        return stands({ serverUrl: news.url, pairing: null });
      case 'tasks':
        return tell({ kind: 'tasks', running: news.running });
      case 'pairing':
        return hearPairing(news.news);
    }
  };
  const hearPairing = (news: Extract<LendNews, { kind: 'pairing' }>['news']): void => {
    switch (news.kind) {
      case 'compare': {
        const { name: server, address, digits } = news;
        stands({ pairing: { name: server, address, digits } });
        return tell({ kind: 'news', news: { kind: 'pairing-asked', name: server, digits } });
      }
      case 'paired':
        stands({ pairing: null });
        return tell({ kind: 'news', news: { kind: 'paired', name: news.name } });
      case 'ended':
        return stands({ pairing: null });
    }
  };
  const begin = async (): Promise<void> => {
    const server = await knownServer(dataDir);
    stands({ serverUrl: server === null ? null : server.url.replace(/^https:/, 'http:') });
    const identity = await openIdentity(dataDir, name, secrets);
    const tools = await findFfmpeg({ environment });
    const abort = new AbortController();
    const work = async (): Promise<void> => {
      const end = await lendMachine({
        ...{ dataDir, name, server, clock, log, identity, tools, encrewVersion: version },
        ...{ tell: hear, signal: abort.signal, mdns: environment['ENCREW_MDNS'] !== 'off' },
        own: {
          narrow: (limits) => stricter(limits, wishes),
          onChange: (again) => {
            limitAgain = again;
          },
        },
      });
      if (end.kind === 'refused') tell({ kind: 'refused', message: end.message });
    };
    // Whoever ends it hears of it there; a fault in between ends the process, and it is started again.
    run = { abort, ended: work() };
  };
  const end = async (): Promise<void> => {
    const ending = run;
    run = null;
    ending?.abort.abort();
    await ending?.ended;
    tell({ kind: 'tasks', running: 0 });
  };

  try {
    await keepSecrets(dataDir, secrets, log);
    if (!orders.isPaused) await begin();
  } catch (error) {
    await release();
    throw error;
  }
  tell({ kind: 'started', url: null });
  return {
    rest: end,
    resume: async () => {
      if (run === null) await begin();
    },
    wish: (next) => {
      wishes = next;
      limitAgain();
    },
    unpair: async () => {
      const wasRunning = run !== null;
      await end();
      await leaveServer(dataDir);
      stands({ serverUrl: null, pairing: null });
      if (wasRunning) await begin();
    },
    keepSecrets: async (lock) => {
      secrets = lock;
      await keepSecrets(dataDir, secrets, log);
    },
    // Its server has them.
    outputOf: async () => null,
    stop: async () => {
      await end();
      await release();
    },
  };
}

/** What both allow. */
function stricter(limits: NodeLimits, { pauseOnBattery, pauseInFullScreen }: RestWishes): NodeLimits {
  return {
    ...limits,
    pauseOnBattery: limits.pauseOnBattery || pauseOnBattery,
    pauseInFullScreen: limits.pauseInFullScreen || pauseInFullScreen,
  };
}
