import { forgetPairedServer, type PairedServer, readPairedServer } from '#main/agent/paired-server.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { ServerUnusable } from './server-unusable.ts';

/*
 * The data folder of a lent machine, for whoever starts the node in it.
 */

/** One node a data folder, and no server beside it. Answers how to give it back; throws ServerUnusable where another has it. */
export async function holdMachine(dataDir: string): Promise<() => Promise<void>> {
  await makeFolders(dataDir);
  const claim = await claimFolder(dataDir);
  if (claim.ok) return claim.release;
  const { pid, host } = claim.holder;
  throw new ServerUnusable(`another Encrew (process ${pid} on ${host}) has ${dataDir}: stop it first`);
}

/** The server that this machine works for; null for none. Throws ServerUnusable where the file does not say. */
export async function knownServer(dataDir: string): Promise<PairedServer | null> {
  const known = await readPairedServer(dataDir);
  if (!known.ok) throw new ServerUnusable(known.message);
  return known.server;
}

/** This machine belongs to no server any more. */
export async function leaveServer(dataDir: string): Promise<void> {
  await forgetPairedServer(dataDir);
}
