import { resolve } from 'node:path';
import { Command } from 'commander';
import { dataFolder } from '#main/platform/data-folder.ts';
import { storePath } from '#main/store/store-files.ts';
import { storeUnusable } from '#main/store/store-unusable.ts';
import { writeBackup } from '#main/store/write-backup.ts';
import { Unusable } from './unusable.ts';

/** `encrew backup FILE`: a checked copy of the database, also while a server writes to it. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('Copies the database to a file, and checks the copy. Safe while the server runs.')
    .argument('<file>', 'where to; the key of sealed secrets (secret.key) is not in it')
    .option('--data <dir>', 'data folder of the server')
    .option('--overwrite', 'replace a file that is there')
    .action(async (file: string, options: { data?: string; overwrite?: boolean }) => {
      const dataDir = dataFolder(options.data, process.env);
      const target = resolve(file);
      const written = await writeBackup(storePath(dataDir), target, { overwrite: options.overwrite === true });
      if (!written.ok) throw await refusal(dataDir, target, written);
      process.stdout.write(`Backed up to ${target} (${(written.sizeBytes / 2 ** 20).toFixed(1)} MiB), and checked.\n`);
    });
}

type NotWritten = Extract<Awaited<ReturnType<typeof writeBackup>>, { ok: false }>;

async function refusal(dataDir: string, target: string, { where, fault, detail }: NotWritten): Promise<Error> {
  switch (fault) {
    case 'exists':
      return new Unusable(`${detail}: choose another name, or replace a file with --overwrite`);
    case 'no-folder':
      return new Unusable(`there is no folder for ${target}: make it first`);
    default:
  }
  if (where === 'target') {
    const todo = fault === 'disk-full' ? 'make room' : 'choose another place';
    return new Unusable(`the backup ${target} can't be written (${detail}): ${todo}`);
  }
  if (fault === 'missing') return new Unusable(`${detail}: name the data folder of the server with --data`);
  return storeUnusable(dataDir, fault, detail);
}
