import { Command, InvalidArgumentError } from 'commander';
import type { Kysely } from 'kysely';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { newId } from '#main/platform/ids.ts';
import { passwordKeeper } from '#main/platform/password.ts';
import { openStore } from '#main/store/open-store.ts';
import type { Database } from '#main/store/schema.ts';
import { addUser, changeUser, findUserByName } from '#main/store/users.ts';
import { newPassword, userName } from '#shared/protocol/users.ts';
import { auditCommand } from './command-audit.ts';
import { readNewPassword } from './read-password.ts';
import { Unusable } from './unusable.ts';

/** `encrew owner`: the way in for the first admin of a server without a screen, and back in for one who forgot the password. */
export function ownerCommand(clock: Clock = systemClock): Command {
  return new Command('owner')
    .description('Makes a user an admin with a new password, read from stdin, and signs them out everywhere.')
    .requiredOption('--name <name>', 'the user; made if need be', nameOf)
    .option('--data <dir>', 'data folder of the server')
    .action(async ({ name, data }: { name: string; data?: string }) => {
      const given = await readNewPassword(process.stdin, (text) => process.stderr.write(text));
      if (given === null) throw new Unusable('no password came: type it twice, or send it as the first line of stdin');
      const password = newPassword.safeParse(given);
      if (!password.success)
        throw new Unusable(`this password won't do: it ${password.error.issues[0]?.message ?? ''}`);
      const passwordHash = await passwordKeeper().hash(password.data);
      if (passwordHash === null) throw new Error('the password could not be hashed');
      const store = await openStore(dataFolder(data, process.env));
      try {
        const { id, isNew } = await letIn(store.db, name, passwordHash, clock.nowMs());
        const done = { action: 'encrew owner', resourceType: 'users', resourceId: id };
        await auditCommand(store.db, { ...done, details: { name, isNew } }, clock.nowMs());
        process.stdout.write(`${name} is an admin and can sign in with the new password.\n`);
      } finally {
        await store.close();
      }
    });
}

async function letIn(
  db: Kysely<Database>,
  name: string,
  passwordHash: string,
  nowMs: number,
): Promise<{ id: string; isNew: boolean }> {
  const user = await findUserByName(db, name);
  if (user !== null) {
    const changed = await changeUser(db, user.id, { passwordHash, role: 'admin', enabled: true }, nowMs);
    if (changed.ok) return { id: user.id, isNew: false };
  }
  const id = newId();
  const times = { createdAtMs: nowMs, updatedAtMs: nowMs, disabledAtMs: null };
  if (await addUser(db, { id, name, role: 'admin', passwordHash, ...times })) return { id, isNew: true };
  throw new Unusable(`the user ${name} was changed at the same moment: try again`);
}

function nameOf(text: string): string {
  const name = userName.safeParse(text);
  if (name.success) return name.data;
  throw new InvalidArgumentError('Give 1 to 64 letters, digits or . _ @ + -, a letter or digit first.');
}
