import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jobDetail, type JobState } from '#shared/model/job.ts';
import { batchMade } from '#shared/protocol/jobs.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { watchFolderView } from '#shared/protocol/watch-folders.ts';
import type { BenchServer } from '../bench/bench-server.ts';
import type { DemoFilms } from './demo-films.ts';

/** What the pictures are taken of. */
export type DemoHouse = {
  job: Record<'done' | 'failed' | 'running', string>;
  node: string;
  watchFolder: string;
};

const made = z.object({ id: z.string() });
/** A film that is not done by then is not slow: something is broken. */
const longestWaitSec = 1_800;

/** Jobs in every state, really worked on, and the rest of a household's server. */
export async function furnish(server: BenchServer, films: DemoFilms): Promise<DemoHouse> {
  const ask = async <Answer extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Answer,
  ): Promise<z.output<Answer>> => {
    const { status, body: answered } = await server.ask(path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answered)}`);
    return answer.parse(answered);
  };
  const add = async (input: string, profile: string): Promise<string> =>
    (await ask('/jobs', { input, profile, outputDir: films.packages }, made)).id;
  const reach = async (id: string, states: readonly JobState[]): Promise<void> => {
    for (let sec = 0; sec < longestWaitSec; sec += 1) {
      const { state } = await ask(`/jobs/${id}`, undefined, jobDetail);
      if (states.includes(state)) return;
      await sleep(1_000);
    }
    throw new Error(`job ${id} was never ${states.join(' or ')}`);
  };

  const done = await add(films.short, 'draft');
  const failed = await add(films.broken, 'hls-universal');
  await reach(failed, ['failed']);
  await reach(done, ['completed']);
  const [first = '', second = '', third = ''] = films.long;
  const running = await add(first, 'hls-universal');
  await reach(running, ['encoding']);
  await add(second, 'mp4-1080p');
  const paused = await add(third, 'hls-anime');
  await ask('/jobs/bulk', { ids: [paused], action: 'pause' }, z.unknown());
  const cancelled = await add(films.short, 'mkv-archive');
  await ask('/jobs/bulk', { ids: [cancelled], action: 'cancel' }, z.unknown());
  await ask('/batches', { input: films.series, profile: 'hls-universal', outputDir: films.packages }, batchMade);

  await ask('/profiles/hls-universal/clone', { name: 'living-room', title: 'Living room' }, z.unknown());
  const folder = { path: films.inbox, name: 'Inbox', enabled: false, profile: 'mp4-1080p', outputDir: films.packages };
  const watchFolder = await ask('/watch-folders', folder, watchFolderView.loose());
  await ask('/users', { name: 'nora', password: 'looks and never touches', role: 'viewer' }, z.unknown());
  await ask('/tokens', { name: 'backup script', role: 'viewer', expiresInDays: 90 }, z.unknown());
  await ask('/errors', { message: 'The picture could not be drawn', context: { path: '/queue' } }, z.unknown());
  const { items } = await ask('/nodes', undefined, nodeList);
  return { job: { done, failed, running }, node: items[0]?.id ?? '', watchFolder: watchFolder.id };
}
