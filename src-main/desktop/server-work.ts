import { startServer } from '#main/app/server.ts';
import { ServerUnusable } from '#main/app/server-unusable.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { keepSecrets } from '#main/platform/keep-secrets.ts';
import { openSettings } from '#main/platform/settings-book.ts';
import type { RunningWork, WorkDeps } from './running-work.ts';
import { lockOf } from './secret-orders.ts';
import type { FromWork, WorkOrders } from './work-messages.ts';

/** The server, as `encrew serve` runs it. Throws as whyRefused knows it. */
export async function startServerWork(
  orders: WorkOrders,
  tell: (message: FromWork) => void,
  { clock, log, environment }: WorkDeps,
): Promise<RunningWork> {
  const { dataDir, version } = orders;
  const opened = await openSettings({ dataDir, flags: {}, environment, log });
  if (!opened.ok) throw new ServerUnusable(opened.message);
  const { book } = opened;
  try {
    const tools = await findFfmpeg({ environment });
    const server = await startServer({
      ...{ dataDir, settings: book, tools, clock, log, encrewVersion: version },
      secrets: lockOf(orders.secrets),
    });
    if (orders.isPaused) await server.rest();
    tell({ kind: 'started', url: server.url });
    server.desk.follow({
      standing: (queue) => tell({ kind: 'queue', queue }),
      news: (news) => tell({ kind: 'news', news }),
    });
    return {
      rest: server.rest,
      resume: server.resume,
      // Its own node is limited in the server's pages.
      wish: () => {},
      unpair: async () => {},
      keepSecrets: (lock) => keepSecrets(dataDir, lock, log),
      outputOf: server.desk.outputOf,
      stop: async () => {
        await server.stop();
        book.close();
      },
    };
  } catch (error) {
    book.close();
    throw error;
  }
}
