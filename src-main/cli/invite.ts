import { Command } from 'commander';
import { makeInvite } from '#main/fleet/make-invite.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { openStore } from '#main/store/open-store.ts';
import { auditCommand } from './command-audit.ts';
import { Unusable } from './unusable.ts';

/** `encrew invite`: a one-time code for a node, also beside a running server. Prints it alone on stdout, once. */
export function inviteCommand(clock: Clock = systemClock): Command {
  return new Command('invite')
    .description('Makes a one-time code with which a node can join (encrew node --server URL --code CODE).')
    .option('--data <dir>', 'data folder of the server')
    .action(async ({ data }: { data?: string }) => {
      const nowMs = clock.nowMs();
      const store = await openStore(dataFolder(data, process.env));
      try {
        const made = await makeInvite(store.db, null, nowMs);
        if (made === null) throw new Unusable('there are too many codes that nobody used: wait until they expire');
        const done = { action: 'encrew invite', resourceType: 'nodes', resourceId: made.id };
        await auditCommand(store.db, { ...done, details: {} }, nowMs);
        process.stdout.write(`${made.code}\n`);
        process.stderr.write('encrew: good for 10 minutes and one node: encrew node --server URL --code CODE\n');
      } finally {
        await store.close();
      }
    });
}
