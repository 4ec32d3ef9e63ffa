import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { readPartsOf } from '#main/agent/checkpoint.ts';
import type { PreviewAnswer } from '#main/api/routes/preview.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import { previewFile, previewMaster } from '#main/media/package/preview/preview-file.ts';
import { workingStates } from '#main/queue/job-states.ts';
import { chartShelf } from '#main/stages/preview/chart-shelf.ts';
import { type FilmPreview, filmPreview } from '#main/stages/preview/film-preview.ts';
import type { Database } from '#main/store/schema.ts';
import { jobState } from '#shared/model/job.ts';
import { encodePlan, type EncodePlan } from '#shared/model/plan.ts';

export type JobPreviews = {
  /** What lies at a path below the preview of a job. */
  open: (jobId: string, path: string) => Promise<PreviewAnswer>;
  /** URL path of the playlist to open; null while there is nothing to watch. */
  master: (jobId: string) => Promise<string | null>;
};

/** Nobody watches more films at once; one more only looks at its parts anew. */
const mostFilms = 32;

/** Films on which somebody looks while they are made. */
export function jobPreviews({ db, dataDir }: { db: Kysely<Database>; dataDir: string }): JobPreviews {
  const shelf = chartShelf();
  const films = new Map<string, Film>();

  const filmOf = async (jobId: string): Promise<Film | null> => {
    const row = await planRow(db, jobId);
    if (row === null) {
      films.delete(jobId);
      return null;
    }
    const recipe = JSON.stringify(row);
    const known = films.get(jobId);
    // A job that was planned anew, or goes on by another encoder, is another film.
    const film = known?.recipe === recipe ? known : newFilm(row, recipe);
    films.delete(jobId);
    films.set(jobId, film);
    for (const oldest of films.keys()) if (films.size > mostFilms) films.delete(oldest);
    return film;
  };
  const newFilm = ({ planJson, choiceJson, folderKey }: PlanRow, recipe: string): Film => {
    const plan = encodePlan.parse(JSON.parse(planJson));
    const choice = z.record(z.string(), z.string()).parse(JSON.parse(choiceJson));
    const work = join(dataDir, 'work', folderKey);
    const isWhole: Parameters<typeof filmPreview>[0]['isWhole'] = async (task) =>
      (await readPartsOf(join(work, taskFolder(task.id, 'done')), { plan, task, choice })) !== null;
    return { recipe, plan, preview: filmPreview({ plan, work, isWhole, shelf }) };
  };

  return {
    open: async (jobId, path) => {
      const job = await db.selectFrom('job').select(['state', 'output']).where('id', '=', jobId).executeTakeFirst();
      if (job === undefined) return { kind: 'no-job' };
      const stage = stageOf(job.state);
      if (stage !== 'made') films.delete(jobId);
      if (stage === 'over') return { kind: 'over', output: job.output };
      if (stage === 'ended') return { kind: 'never', message: `It is ${job.state}: nothing is made of it any more.` };
      const film = stage === 'made' ? await filmOf(jobId) : null;
      if (film === null) return { kind: 'not-yet', message: 'It has not begun yet.' };
      const ids = [...film.plan.video, ...film.plan.audio].map(({ id }) => id);
      const file = previewFile(path, ids);
      return file === null ? { kind: 'no-file' } : film.preview.open(file);
    },
    master: async (jobId) => {
      const job = await db.selectFrom('job').select('state').where('id', '=', jobId).executeTakeFirst();
      const film = job !== undefined && stageOf(job.state) === 'made' ? await filmOf(jobId) : null;
      if (film === null || !(await film.preview.canPlay())) return null;
      return `/api/v1/jobs/${encodeURIComponent(jobId)}/preview/${previewMaster}`;
    },
  };
}

type Film = { recipe: string; plan: EncodePlan; preview: FilmPreview };
type PlanRow = { planJson: string; choiceJson: string; folderKey: string };

async function planRow(db: Kysely<Database>, jobId: string): Promise<PlanRow | null> {
  const columns = ['planJson', 'choiceJson', 'folderKey'] as const;
  return (await db.selectFrom('jobPlan').select(columns).where('jobId', '=', jobId).executeTakeFirst()) ?? null;
}

/** `made` while its parts are there and more may come. */
function stageOf(state: string): 'before' | 'made' | 'ended' | 'over' {
  const known = jobState.parse(state);
  const making: readonly string[] = [...workingStates, 'paused'];
  if (making.includes(known)) return 'made';
  if (known === 'completed') return 'over';
  return known === 'queued' || known === 'probing' ? 'before' : 'ended';
}
