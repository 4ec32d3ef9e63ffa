import type { Clock } from '#main/platform/clock.ts';
import { instant } from '#main/queue/job-view.ts';
import type { Settings } from '#shared/model/settings.ts';
import type { Health } from '#shared/protocol/nodes.ts';
import type { Engine } from './engine.ts';

/** Whether a running server does its work: red as soon as one of its loops does not turn. Strangers are not told why. */
export function serverHealth(
  engine: Engine,
  lastBackupAtMs: () => number | null,
  settings: () => Settings,
  clock: Clock,
  encrewVersion: string,
): (isKnown: boolean) => Health {
  const startedMs = clock.monotonicMs();
  return (isKnown) => {
    const backupAtMs = lastBackupAtMs();
    const loops = engine.health();
    const sick = loops.filter(({ isHealthy }) => !isHealthy);
    const online = engine.crew.members().length;
    const problems = [
      ...sick.map(({ name, lastError }) =>
        isKnown ? `${name} does not turn: ${lastError ?? 'no reason known'}` : `${name} does not turn`,
      ),
      ...(online === 0 && settings().node ? ['no node is connected'] : []),
    ];
    return {
      status: sick.length > 0 ? 'failing' : problems.length > 0 ? 'degraded' : 'ok',
      version: encrewVersion,
      uptimeSec: (clock.monotonicMs() - startedMs) / 1000,
      nodes: { online },
      lastBackupAt: backupAtMs === null ? null : instant(backupAtMs),
      problems,
      loops: loops.map(({ name, isHealthy, lastOkAtMs, failuresInRow }) => ({
        ...{ name, isHealthy, failuresInRow },
        lastOkAt: lastOkAtMs === null ? null : instant(lastOkAtMs),
      })),
    };
  };
}
