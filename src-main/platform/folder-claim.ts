import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './atomic-file.ts';
import { processIdentity } from './process-identity.ts';

/*
 * A folder that one process at a time may work in. Whoever wants it first leaves a file named for its own pid, then looks for
 * others: of two that come at the same moment each sees the other, so never both have it. A file of a process that is gone
 * counts for nothing.
 */

const owner = z.strictObject({
  pid: z.number().int().positive(),
  /** What tells it from a later process with the same pid. */
  identity: z.string(),
  host: z.string(),
});
export type Owner = z.infer<typeof owner>;

export type FolderClaim = { ok: true; release: () => Promise<void> } | { ok: false; holder: Owner };

const ownerFile = /^owner-\d+\.json$/;

/** Folders held by this process itself, whose file alone could not tell two jobs apart. */
const held = new Set<string>();

/** Takes the folder (which exists), or tells who has it. */
export async function claimFolder(folder: string): Promise<FolderClaim> {
  const path = resolve(folder);
  const me = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? 'unknown', host: hostname() };
  if (held.has(path)) return { ok: false, holder: me };
  held.add(path);
  const mine = join(path, `owner-${process.pid}.json`);
  const release = async (): Promise<void> => {
    held.delete(path);
    await rm(mine, { force: true });
  };
  try {
    await writeFileAtomically(mine, JSON.stringify(me));
    const [holder] = await livingOwners(path, mine);
    if (holder === undefined) return { ok: true, release };
    await release();
    return { ok: false, holder };
  } catch (error) {
    await release().catch(() => {});
    throw error;
  }
}

/** Whether anybody works in the folder. */
export async function isClaimed(folder: string): Promise<boolean> {
  return held.has(resolve(folder)) || (await livingOwners(folder, null)).length > 0;
}

async function livingOwners(folder: string, except: string | null): Promise<Owner[]> {
  const living: Owner[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!ownerFile.test(name) || path === except) continue;
    const found = await readOwner(path);
    if (found === null) continue;
    if (await isLiving(found)) living.push(found);
    else await rm(path, { force: true });
  }
  return living;
}

/** A process of another machine can't be asked: it is believed. */
async function isLiving({ pid, identity, host }: Owner): Promise<boolean> {
  return host !== hostname() || (await processIdentity(pid)) === identity;
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return owner.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
