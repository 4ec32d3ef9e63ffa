import type { Express, RequestHandler } from 'express';
import type { AccountDeps } from '#main/api/auth/account-deps.ts';
import { loginThrottle } from '#main/api/auth/login-throttle.ts';
import type { Authenticate } from '#main/api/authentication.ts';
import { createApi } from '#main/api/create-api.ts';
import { keepAudit } from '#main/api/keep-audit.ts';
import { pages } from '#main/api/pages.ts';
import type { Actor } from '#main/api/route.ts';
import { auditRoutes } from '#main/api/routes/audit.ts';
import { batchRoutes } from '#main/api/routes/batches.ts';
import { errorRoutes } from '#main/api/routes/errors.ts';
import { fileRoutes } from '#main/api/routes/files.ts';
import { healthRoutes } from '#main/api/routes/health.ts';
import { jobPartRoutes } from '#main/api/routes/job-parts.ts';
import { jobRoutes } from '#main/api/routes/jobs.ts';
import { nodeRoutes } from '#main/api/routes/nodes.ts';
import { pairingRoutes } from '#main/api/routes/pairing.ts';
import { originalRoutes } from '#main/api/routes/originals.ts';
import { outputRoutes } from '#main/api/routes/outputs.ts';
import { planRoutes } from '#main/api/routes/plans.ts';
import { previewRoutes } from '#main/api/routes/preview.ts';
import { profileRoutes } from '#main/api/routes/profiles.ts';
import { sessionRoutes } from '#main/api/routes/session.ts';
import { settingRoutes } from '#main/api/routes/settings.ts';
import { setupRoutes } from '#main/api/routes/setup.ts';
import { sourceRoutes } from '#main/api/routes/source.ts';
import { statisticsRoutes } from '#main/api/routes/statistics.ts';
import { tokenRoutes } from '#main/api/routes/tokens.ts';
import { demandFetched } from '#main/api/routes/upload-fetches.ts';
import { demandUploadPath, uploadRoutes } from '#main/api/routes/uploads.ts';
import { userRoutes } from '#main/api/routes/users.ts';
import { watchFolderRoutes } from '#main/api/routes/watch-folders.ts';
import { webhookRoutes } from '#main/api/routes/webhooks.ts';
import { type JobWish, submitJob } from '#main/api/submit-job.ts';
import { tusUploads } from '#main/api/tus.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Fetches } from '#main/intake/fetch/fetches.ts';
import type { Uploads } from '#main/intake/uploads.ts';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { SettingsBook } from '#main/platform/settings-book.ts';
import { passwordKeeper } from '#main/platform/password.ts';
import { isOpen } from '#shared/model/open-hours.ts';
import { localTime } from '#main/platform/local-time.ts';
import type { Originals } from '#main/stages/originals/originals.ts';
import type { Store } from '#main/store/open-store.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import type { Health } from '#shared/protocol/nodes.ts';
import type { Engine } from './engine.ts';
import { foreseer } from './foresee.ts';
import { jobDetailOf, jobPlanOf } from './job-detail.ts';
import { jobLogPath } from './job-log.ts';
import { jobPreviews } from './job-previews.ts';
import { readJobLog } from './read-job-log.ts';
import { builtScreens } from './screen-files.ts';
import type { ServerMetrics } from './server-metrics.ts';
import type { ServerPairing } from './server-pairing.ts';
import { serverPaths } from './server-paths.ts';

export type ServerApiOptions = {
  store: Store;
  engine: Engine;
  authenticate: Authenticate;
  settings: SettingsBook;
  clock: Clock;
  log: Logger;
  dataDir: string;
  encrewVersion: string;
  rules: ProfileRules;
  tools: FfmpegTools;
  metrics: ServerMetrics;
  webhooks: WebhookDeps;
  originals: Originals;
  uploads: Uploads;
  fetches: Fetches;
  health: (isKnown: boolean) => Health;
  pairing: Pick<ServerPairing, 'browser' | 'pairings'>;
  /** Ends all connections of a node, by its key. */
  cutOff: (keyHash: string) => void;
  /** What far nodes ask (`/nodes/v1`). */
  nodeWork: RequestHandler;
};

/** What stands before the id of an upload that is a job's input. */
const uploadInput = 'upload:';

/** The HTTP side of a running server. */
export function serverApi(options: ServerApiOptions): Express {
  const { engine, store, settings: book, clock, log, dataDir, encrewVersion, rules } = options;
  const settings = book.current;
  const { queue, crew } = engine;
  const { db } = store;
  const previews = jobPreviews({ db, dataDir });
  const paths = serverPaths(store, settings, dataDir);
  const accounts: AccountDeps = { db, clock, passwords: passwordKeeper(), throttle: loginThrottle(clock) };
  const jobs = {
    ...{ queue, rules, newId },
    submit: (wish: Omit<JobWish, 'id'>) => submitJob(queue, rules, { ...wish, id: newId() }),
    allowInput: async (actor: Actor, input: string) => {
      if (!input.startsWith(uploadInput)) return paths.allow(actor, input);
      const id = input.slice(uploadInput.length);
      demandFetched(options.fetches, id, actor);
      return demandUploadPath(options.uploads, id, actor);
    },
    allowOutput: paths.allow,
    defaultTtlHours: () => settings().jobTtlHours,
  };
  return createApi({
    ...{ clock, log, db, metrics: options.metrics, nodeWork: options.nodeWork, pages: pages(builtScreens) },
    authenticate: options.authenticate,
    allowedOrigins: () => settings().allowedOrigins,
    audit: keepAudit(db),
    about: { version: encrewVersion, sessionCookie: 'encrew_session' },
    routes: [
      ...healthRoutes(options.health),
      ...setupRoutes(accounts),
      ...sessionRoutes(accounts),
      ...userRoutes(accounts),
      ...tokenRoutes({ db, clock }),
      ...auditRoutes({ db, clock }),
      ...errorRoutes({ db, clock }),
      ...pairingRoutes({ db, ...options.pairing }),
      ...nodeRoutes({ queue, crew, cutOff: options.cutOff }),
      ...profileRoutes({ db, clock, rules }),
      ...webhookRoutes({ ...options.webhooks, changed: queue.changed }),
      ...originalRoutes({ ...{ db, clock, log, rules }, originals: options.originals, allowFolder: paths.allow }),
      ...fileRoutes({ clock, pathRules: paths.rules, rootsHeldBy: () => book.heldBy('roots') }),
      ...watchFolderRoutes({ ...{ db, clock, rules }, allowFolder: paths.allow, changed: queue.changed }),
      ...uploadRoutes({
        ...{ db, uploads: options.uploads, fetches: options.fetches },
        tus: tusUploads(dataDir, options.uploads),
      }),
      ...outputRoutes({ db, roots: () => settings().roots }),
      ...sourceRoutes({ db, roots: () => settings().roots }),
      ...settingRoutes(book),
      ...statisticsRoutes({ db, clock, folders: () => [dataDir, ...settings().roots] }),
      ...planRoutes({ ...jobs, foresee: foreseer({ queue, crew, clock, log, tools: options.tools }) }),
      ...batchRoutes(jobs),
      ...jobRoutes({
        ...jobs,
        detail: async (id) =>
          jobDetailOf(queue, crew, id, {
            preview: await previews.master(id),
            away: engine.away(),
            isOpen: isOpen(settings().schedule, localTime(clock.nowMs())),
            mostActive: settings().jobsAtOnce,
          }),
      }),
      ...previewRoutes(previews),
      ...jobPartRoutes({
        db,
        plan: (id) => jobPlanOf(queue, id),
        log: (id, part) => readJobLog(jobLogPath(dataDir, id), part),
      }),
    ],
  });
}
