import { Command, InvalidArgumentError, Option } from 'commander';
import { makeToken } from '#main/api/auth/make-token.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { newId } from '#main/platform/ids.ts';
import { addToken } from '#main/store/api-tokens.ts';
import { openStore } from '#main/store/open-store.ts';
import { role } from '#shared/model/user.ts';
import { longestTokenDays, newToken, tokenName } from '#shared/protocol/tokens.ts';
import { auditCommand } from './command-audit.ts';

type TokenOptions = { role: string; name: string; expiresDays?: number; data?: string };

/** `encrew token`: an API token that belongs to no user, also beside a running server. Prints it alone on stdout, once. */
export function tokenCommand(clock: Clock = systemClock): Command {
  return new Command('token')
    .description('Makes an API token and prints it, once: only its hash is kept.')
    .addOption(new Option('--role <role>', 'what it may').choices(role.options).makeOptionMandatory())
    .option('--name <name>', 'what it is for', nameOf, 'command line')
    .option('--expires-days <days>', 'how long it is good; for ever when left out', daysOf)
    .option('--data <dir>', 'data folder of the server')
    .action(async (options: TokenOptions) => {
      const {
        name,
        role: itsRole,
        expiresInDays,
      } = newToken.parse({
        name: options.name,
        role: options.role,
        expiresInDays: options.expiresDays,
      });
      const nowMs = clock.nowMs();
      const wish = { id: newId(), name, role: itsRole, expiresInDays, userId: null, parent: null };
      const { secret, row } = makeToken(wish, nowMs);
      const store = await openStore(dataFolder(options.data, process.env));
      try {
        await addToken(store.db, row);
        const done = { action: 'encrew token', resourceType: 'tokens', resourceId: row.id };
        await auditCommand(store.db, { ...done, details: { name, role: itsRole, expiresInDays } }, nowMs);
      } finally {
        await store.close();
      }
      process.stdout.write(`${secret}\n`);
    });
}

function nameOf(text: string): string {
  const name = tokenName.safeParse(text);
  if (name.success) return name.data;
  throw new InvalidArgumentError('Give 1 to 100 characters.');
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= longestTokenDays) return days;
  throw new InvalidArgumentError(`Give a whole number of days from 1 to ${longestTokenDays}.`);
}
