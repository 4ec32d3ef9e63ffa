import type { LiveNews } from '#main/api/live.ts';
import { crewChanges } from '#main/fleet/crew-changes.ts';
import type { IntakeContext } from '#main/intake/intake-context.ts';
import { intakeWork } from '#main/intake/intake-work.ts';
import type { Fetches } from '#main/intake/fetch/fetches.ts';
import type { Uploads } from '#main/intake/uploads.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Originals } from '#main/stages/originals/originals.ts';
import { housekeeping } from '#main/store/housekeeping.ts';
import type { Store } from '#main/store/open-store.ts';
import { packageCounter } from '#main/store/package-counter.ts';
import { describeOutput } from '#main/webhooks/output-size.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import { webhookWork } from '#main/webhooks/webhook-work.ts';
import type { Settings } from '#shared/model/settings.ts';
import type { Engine } from './engine.ts';
import { pruneLogs } from './prune-logs.ts';

export type ChoreOptions = {
  engine: Engine;
  store: Store;
  clock: Clock;
  log: Logger;
  dataDir: string;
  settings: () => Settings;
  intake: IntakeContext;
  live: LiveNews;
  originals: Originals;
  uploads: Uploads;
  fetches: Fetches;
  webhooks: WebhookDeps;
};

export type Chores = {
  /** When the newest daily backup was made; null where there is none. */
  lastBackupAtMs: () => number | null;
  /** Waits until nothing of it runs any more; the engine's loops were stopped before. */
  settled: () => Promise<void>;
};

const dayMs = 86_400_000;
/** How long a line stays open after its owner was shut out. */
const liveRecheckMs = 30_000;
const liveNodesMs = 1_000;
/** Moving a film between disks takes its time. */
const longestMoveMs = dayMs;

/** What a server does beside encoding: watching folders, telling others, keeping originals and itself in order. */
export function startChores(options: ChoreOptions): Chores {
  const { engine, store, clock, log, dataDir, settings, live, originals, uploads, fetches } = options;
  const senders = webhookWork(options.webhooks, engine.queue.changed);
  const intake = intakeWork(options.intake);
  const keeper = housekeeping({ store, clock, log, eventsKeptMs: () => settings().keepEventsDays * dayMs });

  engine.addLoop({
    name: 'webhooks',
    everyMs: 1_000,
    pauseMs: 500,
    turn: async (signal) => void (await senders.tick(signal)),
  });
  engine.addLoop({
    ...{ name: 'originals', everyMs: 60_000, pauseMs: 1_000, stuckAfterMs: longestMoveMs },
    turn: (signal) => originals.continueAll(signal),
  });
  const watching = engine.addLoop({
    ...{ name: 'watch folders', everyMs: 1_000, isQueues: false, stuckAfterMs: 120_000 },
    turn: async (signal) => {
      // A long scan is many turns, so that health can tell it from one that hangs.
      if ((await intake.tick(signal)).hasMore) watching.poke();
    },
  });
  engine.addLoop({ name: 'live', everyMs: liveRecheckMs, isQueues: false, turn: () => live.recheck() });
  const changedNodes = crewChanges(engine.crew);
  const tellNodes = async (): Promise<void> => live.nodes(changedNodes());
  engine.addLoop({ name: 'live nodes', everyMs: liveNodesMs, isQueues: false, turn: tellNodes });
  const counter = packageCounter({
    ...{ db: store.db, clock },
    bytesOf: async (output) => (await describeOutput(output, clock)).size_bytes,
  });
  engine.addLoop({
    ...{ name: 'statistics', everyMs: 10_000, isQueues: false, stuckAfterMs: 10 * 60_000 },
    turn: (signal) => counter.turn(signal),
  });
  engine.addLoop({
    ...{ name: 'uploads', everyMs: 60 * 60_000, isQueues: false },
    turn: async (signal) => {
      await fetches.turn(signal);
      await uploads.turn(signal);
    },
  });
  let prunedMs = Number.NEGATIVE_INFINITY;
  engine.addLoop({
    ...{ name: 'housekeeping', everyMs: 60_000, isQueues: false },
    turn: async (signal) => {
      await keeper.turn(signal);
      if (clock.monotonicMs() - prunedMs < dayMs) return;
      prunedMs = clock.monotonicMs();
      await pruneLogs(dataDir, clock.nowMs(), settings().keepEventsDays * dayMs);
    },
  });

  return {
    lastBackupAtMs: () => keeper.lastBackupAtMs(),
    settled: async () => {
      await intake.close();
      await senders.settled();
      await keeper.stop();
    },
  };
}
