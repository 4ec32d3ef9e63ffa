import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { previewRoutes } from '#main/api/routes/preview.ts';
import { type JobPreviews, jobPreviews } from '#main/app/job-previews.ts';
import { claimJob, jobPlanned } from '#main/queue/probe-job.ts';
import { type Profile, profile } from '#shared/model/profile.ts';
import { add, aQueue, plannedBy, type TestQueue } from './a-queue.ts';
import { type MadeParts, makeParts } from './made-parts.ts';
import { ffmpeg } from './media-tools.ts';
import { type ApiServer, serveApi, viewer } from './serve-api.ts';

export type PreviewBench = {
  queue: TestQueue;
  api: ApiServer;
  previews: JobPreviews;
  /** The job's folder of parts. */
  work: string;
  /** Lets tasks of job `j` be finished, in this order. */
  finish: (...tasks: string[]) => Promise<void>;
};

/** Two rungs with B-frames in MPEG-TS, a second a segment. */
export const previewed: Profile = profile.parse({
  name: 'previewed',
  title: 'Previewed',
  container: 'hls',
  video: {
    ladder: [
      { width: 320, height: 180, bitrateBps: 300_000 },
      { width: 160, height: 90, bitrateBps: 100_000 },
    ],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 28 },
    preset: 'veryfast',
    gopSec: 1,
  },
  audio: { tracks: [{ encoder: 'aac', bitrateBps: 96_000 }] },
  segment: { type: 'mpegts', durationSec: 1 },
});

/** All parts of a film of 30000/1001 pictures a second with sound, made in `folder`. */
export async function makeFilmParts(folder: string, filmSec: number, chunkSec: number): Promise<MadeParts> {
  const film = join(folder, 'film.mkv');
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=30000/1001:d=${filmSec}`],
    ...['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${filmSec}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'flac', film],
  );
  return makeParts(film, previewed, join(folder, 'parts'), chunkSec);
}

/** Job `j`, which makes this film and has finished nothing of it, and its preview over HTTP for a viewer. */
export async function previewBench(parts: MadeParts, set: { mostSegments?: number } = {}): Promise<PreviewBench> {
  const queue = await aQueue();
  await add(queue, 'j');
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1 });
  if (claim === null) throw new Error('no job is queued');
  const { plan, facts, choice } = parts;
  await jobPlanned(queue, claim, { ...plannedBy(claim, plan.tasks), plan, facts, choice });
  const work = join(queue.dataDir, 'work', 'folder-j');
  await mkdir(work, { recursive: true });
  const previews = jobPreviews({ db: queue.db, dataDir: queue.dataDir });
  const api = await serveApi(previewRoutes({ ...previews, ...set }), { actor: viewer });
  return {
    ...{ queue, api, previews, work },
    finish: async (...tasks) => {
      for (const task of tasks) {
        // As a node leaves it: what is half-made has another name.
        await cp(join(parts.work, task), join(work, `${task}.partial`), { recursive: true });
        await rename(join(work, `${task}.partial`), join(work, task));
      }
    },
  };
}
