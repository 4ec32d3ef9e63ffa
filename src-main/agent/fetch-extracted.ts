import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { Clock } from '#main/platform/clock.ts';
import { keepTrying, type Tried } from '#main/transfer/keep-trying.ts';
import type { ServerClient, ServerReply } from '#main/transfer/server-client.ts';
import type { Assignment } from '#shared/protocol/node.ts';
import { partList } from '#shared/protocol/node-work.ts';
import { taskFiles } from './task-files.ts';

/** A subtitle that is drawn into the picture, with all of its fonts. */
const mostBytes = 512 * 2 ** 20;

/** Whether a task needs what was extracted before it: the script and the fonts of a subtitle that is burnt in. */
export function needsExtracted({ task, plan }: Pick<Assignment, 'task' | 'plan'>): boolean {
  return task.type === 'video' && plan.picture.burnIn?.form === 'text';
}

/** Brings what the job's extract task has left on the server into the work folder. False where the server has none of it. */
export async function fetchExtracted(
  { jobId, plan, choice }: Assignment,
  workFolder: string,
  deps: { client: ServerClient; clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  const extract = plan.tasks.find(({ type }) => type === 'extract');
  if (extract === undefined) return false;
  const base = `/jobs/${encodeURIComponent(jobId)}/extracted`;
  const listed = await get(base, deps);
  if (listed === null) return false;
  const { files } = partList.parse(JSON.parse(new TextDecoder().decode(Buffer.concat(listed))));
  // Names are the plan's, whatever the server says.
  const wanted = new Set(taskFiles(plan, extract, choice));
  const isAsPlanned = files.every(({ path }) => wanted.has(path));
  if (!isAsPlanned || files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > mostBytes) return false;
  const partial = join(workFolder, `${taskFolder(extract.id, 'done')}.fetched.partial`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const { path } of files) {
    const body = await get(`${base}/${path.split('/').map(encodeURIComponent).join('/')}`, deps);
    if (body === null) return false;
    const target = join(partial, ...path.split('/'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, body);
  }
  const done = join(workFolder, taskFolder(extract.id, 'done'));
  await rm(done, { recursive: true, force: true });
  await rename(partial, done);
  return true;
}

/** Null where there is nothing to get. */
async function get(
  path: string,
  { client, clock, signal }: Parameters<typeof fetchExtracted>[2],
): Promise<Uint8Array[] | null> {
  return keepTrying(
    async (): Promise<Tried<Uint8Array[] | null>> => {
      const pieces: Uint8Array[] = [];
      let sizeBytes = 0;
      const onBytes = (bytes: Uint8Array): void => {
        sizeBytes += bytes.length;
        if (sizeBytes > mostBytes) throw new RangeError(`${path} is longer than it was said to be`);
        pieces.push(bytes);
      };
      const reply: ServerReply = await client({ method: 'GET', path, signal, onBytes });
      if (reply.status === 200) return { again: false, value: pieces };
      return reply.status === 404 || reply.status === 410 ? { again: false, value: null } : { again: true };
    },
    { clock, signal },
  );
}
