import {
  forgetPairedServer,
  type PairedServer,
  pairedServerPath,
  readPairedServer,
} from '#main/agent/paired-server.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { setAside } from '#main/platform/set-aside.ts';
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

/** The same, and what was known of the server is kept under another name: it belongs to an identity that may come back. */
export async function setServerAside(dataDir: string, nowMs: number): Promise<void> {
  await setAside(pairedServerPath(dataDir), nowMs);
}
