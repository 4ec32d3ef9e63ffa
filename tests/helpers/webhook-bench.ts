import type { LookupAddress } from 'node:dns';
import { onTestFinished } from 'vitest';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { sealerOf } from '#main/platform/sealed-text.ts';
import { addJob } from '#main/queue/add-job.ts';
import { findJob, type JobChange, moveJob } from '#main/queue/job-rows.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { addWebhook, type Webhook } from '#main/store/webhooks.ts';
import { secretOwner } from '#main/webhooks/signature.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import { type WebhookWork, webhookWork } from '#main/webhooks/webhook-work.ts';
import { type JobState, jobOptions } from '#shared/model/job.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const benchStart = Date.parse('2026-01-31T12:00:00.000Z');
export const benchSecret = 'correct horse battery staple';

export type WebhookBench = {
  store: Store;
  clock: HandClock;
  deps: WebhookDeps;
  /** Names beside those of the machine, whose own are never asked. */
  names: Map<string, string>;
  settings: { allowPrivateWebhooks: boolean };
  /** Work as a server has it that has just started. */
  start(): {
    work: WebhookWork;
    /** One turn; whatever it began is aborted by `stop`, at the latest at the test's end. */
    tick: () => Promise<number | null>;
    /** Turns until nothing is due. */
    quiet: () => Promise<number | null>;
    stop: () => Promise<void>;
  };
  addHook(id: string, url: string, change?: Partial<Webhook>): Promise<Webhook>;
  addJob(id: string): Promise<void>;
  moveJob(id: string, to: JobState, change?: JobChange): Promise<void>;
};

/** A store with a queue and webhooks, but without a server. */
export async function webhookBench(): Promise<WebhookBench> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const clock = handClock(benchStart);
  const names = new Map<string, string>();
  const settings = { allowPrivateWebhooks: true };
  const deps: WebhookDeps = {
    db,
    clock,
    log: silentLogger,
    sealer: sealerOf(Buffer.alloc(32, 7)),
    allowPrivate: () => settings.allowPrivateWebhooks,
    resolveName: async (name): Promise<LookupAddress[]> => {
      const address = names.get(name);
      if (address === undefined) throw new Error('ENOTFOUND');
      return [{ address, family: 4 }];
    },
    chance: () => 0,
    version: '1.2.3',
  };
  const queue = { db, clock, changed: () => {}, revoked: () => {}, completing: async () => {} };
  const [recipe] = builtInProfiles;
  if (recipe === undefined) throw new Error('there is no built-in profile');

  return {
    store,
    clock,
    deps,
    names,
    settings,
    start: () => {
      const stopping = new AbortController();
      let ended = 0;
      const work = webhookWork(deps, () => {
        ended += 1;
      });
      const tick = () => work.tick(stopping.signal);
      const quiet = async (): Promise<number | null> => {
        for (;;) {
          const before = ended;
          const nextMs = await tick();
          await work.settled();
          if (ended === before) return nextMs;
        }
      };
      const stop = async (): Promise<void> => {
        stopping.abort();
        await work.settled();
      };
      onTestFinished(stop);
      return { work, tick, quiet, stop };
    },
    addHook: async (id, url, change = {}) => {
      const webhook: Webhook = {
        id,
        url,
        events: ['job.created', 'job.started', 'job.completed', 'job.failed'],
        secretSealed: deps.sealer.seal(benchSecret, secretOwner(id)),
        enabled: true,
        disabledBecause: null,
        description: '',
        createdBy: 'Ada',
        createdAtMs: clock.nowMs(),
        updatedAtMs: clock.nowMs(),
        ...change,
      };
      await addWebhook(db, webhook);
      return webhook;
    },
    addJob: async (id) => {
      await addJob(queue, {
        id,
        input: `/films/${id}.mkv`,
        outputDir: '/out',
        recipe,
        profileId: null,
        options: jobOptions.parse({}),
        priority: 5,
        batchId: null,
        source: null,
        mounts: { input: null, output: null },
        createdBy: 'Ada',
        ttlMs: null,
      });
    },
    moveJob: async (id, to, change = {}) => {
      await db.transaction().execute(async (trx) => {
        const job = await findJob(trx, id);
        if (job === null) throw new Error(`there is no job ${id}`);
        await moveJob(trx, job, to, clock.nowMs(), change);
      });
    },
  };
}
