import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';

/*
 * The server that a node works for, as both of them came to know each other.
 */

const pairedServer = z.strictObject({
  format: z.literal(1),
  /** `https://host:port`, without a path. */
  url: z.string(),
  /** `keyHashOf` its certificate. */
  serverKeyHash: z.string(),
  /** PEM; the only one that is ever accepted of it. */
  certificatePem: z.string(),
  /** What the server calls this node. */
  nodeId: z.string(),
});
export type PairedServer = Omit<z.infer<typeof pairedServer>, 'format'>;

export type PairedServerRead =
  | { ok: true; server: PairedServer | null }
  /** One line: what, and what to do. */
  | { ok: false; message: string };

/** `{data}/paired-server.json`. */
export function pairedServerPath(dataDir: string): string {
  return join(dataDir, 'paired-server.json');
}

/** Null where the node was never paired. A damaged file is told of, and left as it is. */
export async function readPairedServer(dataDir: string): Promise<PairedServerRead> {
  const path = pairedServerPath(dataDir);
  try {
    const { format: _format, ...server } = pairedServer.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ok: true, server };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { ok: true, server: null };
    return { ok: false, message: `${path} does not say which server this node works for: pair it anew` };
  }
}

/** Remembers the server, in place of an earlier one. */
export async function writePairedServer(dataDir: string, server: PairedServer): Promise<void> {
  const path = pairedServerPath(dataDir);
  await writeFileAtomically(path, `${JSON.stringify({ format: 1, ...server })}\n`, undefined, 0o600);
  await flushToDisk(dirname(path));
}

/** Belongs to nobody any more. False where it did not before. */
export async function forgetPairedServer(dataDir: string): Promise<boolean> {
  const path = pairedServerPath(dataDir);
  try {
    await rm(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  await flushToDisk(dirname(path));
  return true;
}
