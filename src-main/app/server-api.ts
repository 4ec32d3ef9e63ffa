import { readFile } from 'node:fs/promises';
import type { Express } from 'express';
import type { Authenticate } from '#main/api/authentication.ts';
import { createApi } from '#main/api/create-api.ts';
import { healthRoutes } from '#main/api/routes/health.ts';
import { jobRoutes } from '#main/api/routes/jobs.ts';
import { nodeRoutes } from '#main/api/routes/nodes.ts';
import { profileRoutes } from '#main/api/routes/profiles.ts';
import { webhookRoutes } from '#main/api/routes/webhooks.ts';
import { submitJob } from '#main/api/submit-job.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import { instant } from '#main/queue/job-view.ts';
import { isOpen, localTime } from '#main/queue/schedule.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import type { Store } from '#main/store/open-store.ts';
import type { Settings } from '#shared/model/settings.ts';
import type { Health } from '#shared/protocol/nodes.ts';
import type { Engine } from './engine.ts';
import { jobDetailOf, jobPlanOf } from './job-detail.ts';
import { jobLogPath } from './job-log.ts';
import type { ServerMetrics } from './server-metrics.ts';

export type ServerApiOptions = {
  store: Store;
  engine: Engine;
  authenticate: Authenticate;
  settings(): Settings;
  clock: Clock;
  log: Logger;
  dataDir: string;
  encrewVersion: string;
  metrics: ServerMetrics;
  webhooks: WebhookDeps;
};

/** The HTTP side of a running server. */
export function serverApi(options: ServerApiOptions): Express {
  const { engine, store, settings, clock, log, dataDir, encrewVersion, webhooks } = options;
  const { queue, crew } = engine;
  const rules = { builtIn: builtInProfiles, read: readProfile };
  const startedMs = clock.monotonicMs();
  return createApi({
    clock,
    log,
    db: store.db,
    authenticate: options.authenticate,
    allowedOrigins: () => settings().allowedOrigins,
    metrics: options.metrics,
    about: { version: encrewVersion, sessionCookie: 'encrew_session' },
    routes: [
      ...healthRoutes(() => healthOf(options, startedMs)),
      ...nodeRoutes({ queue, crew }),
      ...profileRoutes({ db: store.db, clock, rules }),
      ...webhookRoutes({ ...webhooks, changed: queue.changed }),
      ...jobRoutes({
        queue,
        submit: (wish) => submitJob(queue, rules, { ...wish, id: newId() }),
        allowInput: async (_actor, input) => input,
        allowOutput: async (_actor, outputDir) => outputDir,
        detail: (id) =>
          jobDetailOf(queue, crew, id, {
            isOpen: isOpen(settings().schedule, localTime(clock.nowMs())),
            mostActive: settings().jobsAtOnce,
          }),
        defaultTtlHours: () => settings().jobTtlHours,
        plan: (id) => jobPlanOf(queue, id),
        log: (id) => readFile(jobLogPath(dataDir, id), 'utf8').catch(() => null),
      }),
    ],
  });
}

function healthOf({ engine, clock, encrewVersion, settings }: ServerApiOptions, startedMs: number): Health {
  const loops = engine.health();
  const sick = loops.filter(({ isHealthy }) => !isHealthy);
  const online = engine.crew.members().length;
  const problems = [
    ...sick.map(({ name, lastError }) => `${name} does not turn: ${lastError ?? 'no reason known'}`),
    ...(online === 0 && settings().node ? ['no node is connected'] : []),
  ];
  return {
    status: sick.length > 0 ? 'failing' : problems.length > 0 ? 'degraded' : 'ok',
    version: encrewVersion,
    uptimeSec: (clock.monotonicMs() - startedMs) / 1000,
    nodes: { online },
    problems,
    loops: loops.map(({ name, isHealthy, lastOkAtMs, failuresInRow }) => ({
      ...{ name, isHealthy, failuresInRow },
      lastOkAt: lastOkAtMs === null ? null : instant(lastOkAtMs),
    })),
  };
}
