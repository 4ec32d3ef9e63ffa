import type { Logger } from '#main/platform/logger.ts';
import { type UpdateFacts, updateTurn } from './decide/update-turn.ts';
import type { UpdaterPort } from './electron-ports.ts';

export type Updates = {
  isReady: () => boolean;
  /** To be called now and then: looks for a version when it is time, and calls `install` when it is the moment for one. */
  turn: (facts: Omit<UpdateFacts, 'isReady' | 'lookedAtMs'>, nowMs: number) => void;
  /** Ends the program: the new version starts. The work has to have ended before. */
  install: () => void;
};

/** New versions are fetched beside the work; electron-updater compares their signature before it lets go of them. */
export function keepUpdated(
  updater: UpdaterPort | null,
  { log, onReady, onInstall }: { log: Logger; onReady: () => void; onInstall: () => void },
): Updates {
  let isReady = false;
  let lookedAtMs: number | null = null;
  if (updater !== null) {
    updater.autoDownload = true;
    // It would cut the work short: the life of the app decides.
    updater.autoInstallOnAppQuit = false;
    updater.on('update-downloaded', () => {
      isReady = true;
      onReady();
    });
    updater.on('error', (error) => log.warn({ error: error.message }, 'a new version could not be looked for'));
  }
  return {
    isReady: () => isReady,
    turn: (facts, nowMs) => {
      if (updater === null) return;
      const next = updateTurn({ ...facts, isReady, lookedAtMs }, nowMs);
      if (next === 'install') onInstall();
      if (next !== 'look') return;
      lookedAtMs = nowMs;
      // Told by `error` too.
      void updater.checkForUpdates().catch(() => {});
    },
    install: () => updater?.quitAndInstall(true, true),
  };
}
