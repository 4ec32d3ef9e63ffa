import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import type { Logger } from '#main/platform/logger.ts';
import { fetchFault } from '#shared/protocol/uploads.ts';

/*
 * Films that are being fetched, each in a file of its own, so that a restart goes on with them: an address may hold a key to
 * the film (a signed link), which must not go into backups of the database. The film itself comes to `{data}/uploads/{id}`.
 */

const keptFetch = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  /** As its asker wants it called; null where he does not say. */
  wishedName: z.string().nullable(),
  /** A safe name; what the address says until its server has answered. */
  name: z.string(),
  reach: z.enum(['public', 'lan']),
  createdBy: z.string(),
  createdAtMs: z.number(),
  /** Whether its server has ever begun to send it. */
  isAnswered: z.boolean(),
  sizeBytes: z.number().int().positive().nullable(),
  validator: z.string().nullable(),
  /** Null while it comes. */
  fault: fetchFault.nullable(),
});
export type KeptFetch = z.infer<typeof keptFetch>;

/** For people and logs: what a link asks may hold a key to the film. */
export function plainAddress({ url }: Pick<KeptFetch, 'url'>): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** `{data}/fetches`. */
export function fetchesFolder(dataDir: string): string {
  return join(dataDir, 'fetches');
}

/** Throws what the system says; then the file is as it was. */
export async function writeFetch(folder: string, fetch: KeptFetch): Promise<void> {
  await writeFileAtomically(pathOf(folder, fetch.id), `${JSON.stringify(fetch)}\n`, undefined, 0o600);
}

/** Nothing happens where there is none. */
export async function forgetFetch(folder: string, id: string): Promise<void> {
  await rm(pathOf(folder, id), { force: true });
}

/** The oldest first. What can't be read is deleted: nobody could go on with it. */
export async function readFetches(folder: string, log: Logger): Promise<KeptFetch[]> {
  const fetches: KeptFetch[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const read = keptFetch.safeParse(await jsonIn(path));
    if (read.success && path === pathOf(folder, read.data.id)) {
      fetches.push(read.data);
      continue;
    }
    log.warn({ path }, 'what was kept of a film that was fetched can’t be read');
    await rm(path, { recursive: true, force: true });
  }
  return fetches.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
}

function pathOf(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

async function jsonIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
