import { join } from 'node:path';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { DesktopMode, DesktopSettings, LentStanding } from '#shared/protocol/desktop.ts';
import type { QueueFacts } from './decide/facts.ts';
import { type WorkKind, worksOf } from './decide/mode-works.ts';
import type { WorkNews } from './decide/notice.ts';
import { type KeptWork, keepWork, type WorkProcess, type WorkStanding } from './keep-work.ts';
import { outputFinder } from './output-finder.ts';
import type { Secrets } from './secrets.ts';
import type { FromWork } from './work-messages.ts';

export type WorksOptions = {
  start: (kind: WorkKind) => WorkProcess;
  /** Absolute. */
  dataDir: string;
  version: string;
  /** Of this machine. */
  name: string;
  settings: () => DesktopSettings;
  secrets: Pick<Secrets, 'orders' | 'keepIdle'>;
  isPaused: () => boolean;
  news: (news: WorkNews) => void;
  /** Something of what is told below is otherwise now. */
  changed: () => void;
  clock: Clock;
  log: Logger;
};

export type Works = {
  server: () => WorkStanding;
  node: () => WorkStanding;
  /** Null before they have told. */
  queue: () => QueueFacts | null;
  lent: () => LentStanding | null;
  lentTasks: () => number;
  /** Ends what a mode does not want, and begins what it wants. One mode after the other. */
  become: (mode: DesktopMode | null) => Promise<void>;
  /** Begins those anew that gave up. */
  retry: () => Promise<void>;
  /** Where a job's package lies; null where it has none, or no server runs here. */
  outputOf: (jobId: string) => Promise<string | null>;
  rest: () => void;
  resume: () => void;
  /** The settings for a lent machine are others now. */
  wish: () => void;
  unpair: () => void;
  /** Secrets are kept otherwise from now on, also those of works that don't run. */
  keepSecrets: () => Promise<void>;
  kill: () => void;
};

/** A lent machine has a folder of its own in the app's, so that server and node never share one. */
export function workFolder(dataDir: string, kind: WorkKind): string {
  return kind === 'server' ? dataDir : join(dataDir, 'lent');
}

const off: WorkStanding = { state: 'off', url: null, problem: null };

/** The processes of server and node, as many as the mode wants. */
export function openWorks(options: WorksOptions): Works {
  const { start, dataDir, version, name, settings, secrets, isPaused, news, changed, clock, log } = options;
  const kept = new Map<WorkKind, KeptWork>();
  let queue: QueueFacts | null = null;
  let lent: LentStanding | null = null;
  let lentTasks = 0;
  let turn = Promise.resolve();
  const finder = outputFinder(clock, (message) => kept.get('server')?.say(message));

  const wishes = () => {
    const { pauseOnBattery, pauseInFullScreen } = settings();
    return { pauseOnBattery, pauseInFullScreen };
  };
  const forget = (kind: WorkKind): void => {
    if (kind === 'server') queue = null;
    else [lent, lentTasks] = [null, 0];
  };
  const hear = (message: FromWork): void => {
    switch (message.kind) {
      case 'queue':
        queue = message.queue;
        return changed();
      case 'lent':
        lent = message.lent;
        return changed();
      case 'tasks':
        lentTasks = message.running;
        return changed();
      case 'news':
        return news(message.news);
      case 'located':
        return finder.answered(message);
      case 'refused':
        return news({ kind: 'broken', message: message.message });
      default:
        return;
    }
  };
  const begin = (kind: WorkKind): void => {
    const work = keepWork({
      ...{ start: () => start(kind), hear, clock, log },
      orders: () => ({
        ...{ kind: 'orders', work: kind, dataDir: workFolder(dataDir, kind), version, name },
        ...{ wishes: wishes(), isPaused: isPaused(), secrets: secrets.orders() },
      }),
      changed: () => {
        if (kept.get(kind)?.standing().state !== 'running') forget(kind);
        changed();
      },
    });
    kept.set(kind, work);
    changed();
  };
  const end = async (kind: WorkKind): Promise<void> => {
    await kept.get(kind)?.stop();
    kept.delete(kind);
    forget(kind);
    changed();
  };
  const next = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(step);
    return turn;
  };

  return {
    server: () => kept.get('server')?.standing() ?? off,
    node: () => kept.get('node')?.standing() ?? off,
    queue: () => queue,
    lent: () => lent,
    lentTasks: () => lentTasks,
    become: (mode) =>
      next(async () => {
        const wanted = worksOf(mode);
        await Promise.all([...kept.keys()].filter((kind) => !wanted.includes(kind)).map(end));
        for (const kind of wanted) if (!kept.has(kind)) begin(kind);
      }),
    retry: () =>
      next(async () => {
        for (const [kind, work] of kept) {
          if (work.standing().state !== 'broken') continue;
          await end(kind);
          begin(kind);
        }
      }),
    outputOf: (jobId) => (kept.has('server') ? finder.find(jobId) : Promise.resolve(null)),
    rest: () => kept.forEach((work) => work.say({ kind: 'rest' })),
    resume: () => kept.forEach((work) => work.say({ kind: 'resume' })),
    wish: () => kept.get('node')?.say({ kind: 'wishes', wishes: wishes() }),
    unpair: () => kept.get('node')?.say({ kind: 'unpair' }),
    keepSecrets: () =>
      next(async () => {
        for (const kind of worksOf('both')) {
          const work = kept.get(kind);
          if (work === undefined) await secrets.keepIdle(workFolder(dataDir, kind));
          else work.say({ kind: 'secrets', secrets: secrets.orders() });
        }
      }),
    kill: () => kept.forEach((work) => work.kill()),
  };
}
