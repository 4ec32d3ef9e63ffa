import { randomBytes, randomInt } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Clock } from '#main/platform/clock.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { within } from '#main/platform/within.ts';
import { challengeOffsets, hashBlocks } from '#main/transfer/challenge.ts';
import { keepTrying, type Tried } from '#main/transfer/keep-trying.ts';
import type { ServerClient } from '#main/transfer/server-client.ts';
import { mapBetween, mappedPlaces, suffixPlaces } from '#main/transfer/source-places.ts';
import type { PathMap } from '#shared/model/node.ts';
import type { Assignment } from '#shared/protocol/node.ts';
import { challengeAnswer } from '#shared/protocol/node-work.ts';

/*
 * Whether a node sees the source by itself: on a share that it has mounted too. A file is believed to be the source when its
 * size, its fingerprint and blocks that the node picks at random are the server's; it needs no right to write, and the server
 * learns nothing of files that it doesn't have.
 */

export type SightDeps = {
  client: ServerClient;
  clock: Clock;
  signal: AbortSignal;
  /** What people have set, and what was found before. */
  pathMaps: readonly PathMap[];
  /** Below which to look for it. */
  mountFolders: () => Promise<string[]>;
};

/** A share whose server is gone answers nothing, for minutes. */
const lookWithinMs = 2_000;
const searchWithinMs = 15_000;
const mostPlaces = 2_000;
const mostFoldersOfMount = 50;

/** The node's own path of a source; null where it sees none. */
export async function sourceInSight(
  { jobId, source }: Pick<Assignment, 'jobId' | 'source'>,
  deps: SightDeps,
): Promise<string | null> {
  const { clock, pathMaps, signal } = deps;
  const untilMs = clock.monotonicMs() + searchWithinMs;
  const tried = new Set<string>();
  const firstOf = async (places: readonly string[]): Promise<string | null> => {
    for (const path of places) {
      signal.throwIfAborted();
      if (clock.monotonicMs() > untilMs || tried.size >= mostPlaces) return null;
      if (tried.has(path) || !isAbsolute(path)) continue;
      tried.add(path);
      if (!(await looksRight(path, source, clock))) continue;
      if (await isProven(path, jobId, source, deps)) return path;
    }
    return null;
  };
  const known = await firstOf([...mappedPlaces(source.path, pathMaps), source.path]);
  if (known !== null) return known;
  const found = await firstOf(suffixPlaces(source.path, await searchFolders(deps)));
  if (found !== null) await rememberWay(source.path, found, deps);
  return found;
}

async function looksRight(path: string, source: Assignment['source'], clock: Clock): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    const found = await stat(path);
    if (!found.isFile() || found.size !== source.sizeBytes) return false;
    return (await fingerprintOfFile(path)).fingerprint === source.fingerprint;
  };
  const seen = await within(lookWithinMs, look(), clock).catch(() => null);
  return seen?.value === true;
}

async function isProven(
  path: string,
  jobId: string,
  source: Assignment['source'],
  { client, clock, signal }: SightDeps,
): Promise<boolean> {
  const nonce = randomBytes(32).toString('hex');
  const offsets = challengeOffsets(source.sizeBytes, (limit) => randomInt(limit));
  if (offsets.length === 0) return false;
  const body = new TextEncoder().encode(JSON.stringify({ nonce, offsets }));
  const wish = { method: 'POST' as const, path: `/sources/${encodeURIComponent(jobId)}/challenge`, body };
  const theirs = await keepTrying(
    async (): Promise<Tried<string[] | null>> => {
      const reply = await client({ ...wish, headers: { 'content-type': 'application/json' }, signal });
      if (reply.status !== 200) return { again: false, value: null };
      return { again: false, value: challengeAnswer.parse(JSON.parse(new TextDecoder().decode(reply.body))).hashes };
    },
    { clock, signal },
  );
  if (theirs === null || theirs.length !== offsets.length) return false;
  const ours = await hashBlocks(path, nonce, offsets).catch(() => []);
  return theirs.every((hash, i) => hash === ours[i]);
}

/** Where shares are mounted, and one folder below: `/mnt/nas` is a mount, `/mnt/nas/media` what the server calls `/media`. */
async function searchFolders({ mountFolders, clock }: SightDeps): Promise<string[]> {
  const mounts = await mountFolders();
  const inner: string[] = [];
  for (const mount of mounts) {
    const entries = await within(lookWithinMs, readdir(mount, { withFileTypes: true }), clock).catch(() => null);
    const folders = (entries?.value ?? []).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    inner.push(...folders.slice(0, mostFoldersOfMount).map(({ name }) => join(mount, name)));
  }
  return [...mounts, ...inner];
}

/** So that the next film is found at once, and people can see it and put it right. A lost word of it costs a search. */
async function rememberWay(serverPath: string, nodePath: string, { client, signal }: SightDeps): Promise<void> {
  const map = mapBetween(serverPath, nodePath);
  if (map === null) return;
  const body = new TextEncoder().encode(JSON.stringify(map));
  await client({
    method: 'POST',
    path: '/path-maps',
    body,
    headers: { 'content-type': 'application/json' },
    signal,
  }).catch(() => {});
}
