import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { restoreStore } from '#main/store/restore-store.ts';
import { Unusable } from './unusable.ts';

/** `encrew restore FILE`: back to a backup. What was there is kept. */
export function restoreCommand(clock: Clock = systemClock): Command {
  return new Command('restore')
    .description('Puts a backup in the place of the database. Stop the server first; what was there is kept beside it.')
    .argument('<file>', 'a backup, or a copy of encrew.db with its encrew.db-wal beside it')
    .option('--data <dir>', 'data folder of the server')
    .action(async (file: string, options: { data?: string }) => {
      const dataDir = dataFolder(options.data, process.env);
      const backup = resolve(file);
      const restored = await restoreStore(dataDir, backup, clock);
      if (!restored.ok) throw new Unusable(restored.message);
      const kept = restored.keptAs === null ? '' : `The database that was there is ${restored.keptAs}.\n`;
      process.stdout.write(
        `Restored ${backup} to ${dataDir}.\n${kept}Jobs, users, tokens and passwords are as they were then.\n`,
      );
    });
}
