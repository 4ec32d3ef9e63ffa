import { basename, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Selectable } from 'kysely';
import { instant } from '#main/queue/job-view.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { type EncodeInput, encodeInputs } from '#main/stages/encode-inputs.ts';
import { InputFault } from '#main/stages/input-fault.ts';
import { batchPage, type BatchTally, batchTallies, findBatch, insertBatch } from '#main/store/batches.ts';
import { resolveProfile, type ProfileRules } from '#main/store/resolve-profile.ts';
import type { BatchTable } from '#main/store/schema.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import { defaultJobPriority } from '#shared/model/job.ts';
import { batch, batchList, batchMade, bulkSteered, newBatch } from '#shared/protocol/jobs.ts';
import { pageQuery } from '#shared/protocol/page.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { type SteerAction, steerJobs } from '../steer.ts';
import type { JobWish, Submitted } from '../submit-job.ts';

export type BatchDeps = {
  queue: QueueContext;
  rules: ProfileRules;
  newId: () => string;
  submit: (wish: Omit<JobWish, 'id'>) => Promise<Submitted>;
  allowInput: (actor: Actor, input: string) => Promise<string>;
  allowOutput: (actor: Actor, outputDir: string) => Promise<string>;
  defaultTtlHours: () => number | null;
};

/** More films than that are a library: a watch folder takes them. */
const mostFilms = 5_000;

const batchId = z.strictObject({ id: z.string() });

/** Folders that were dropped: their jobs belong together. */
export function batchRoutes(deps: BatchDeps): Route[] {
  const { queue } = deps;
  return [
    route({
      method: 'get',
      path: '/batches',
      tag: 'batches',
      summary: 'Lists batches, the newest first',
      role: 'viewer',
      query: z.strictObject(pageQuery),
      answer: batchList,
      handle: async ({ query }) => {
        const { body } = await answerPage(
          'batches',
          query,
          (ask) => batchPage(queue.db, ask),
          (row) => row,
        );
        const tallies = await batchTallies(
          queue.db,
          body.items.map(({ id }) => id),
        );
        return { body: { ...body, items: body.items.map((row) => batchView(row, tallies.get(row.id) ?? [])) } };
      },
    }),
    route({
      method: 'post',
      path: '/batches',
      tag: 'batches',
      summary: 'Makes a job of every film in a folder, or of every film that is named',
      role: 'operator',
      body: newBatch,
      badBody: 'ENC-JOB-001',
      status: 201,
      answer: batchMade,
      problems: ['ENC-JOB-001', 'ENC-JOB-002', 'ENC-JOB-003', 'ENC-STO-002'],
      handle: async ({ body, actor }) => {
        const made = await makeBatch(deps, demandActor(actor), body);
        return { status: 201, body: made, headers: { Location: `/api/v1/batches/${made.id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/batches/{id}',
      tag: 'batches',
      summary: 'A batch, and how its jobs get on',
      role: 'viewer',
      params: batchId,
      answer: batch,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id } }) => ({ body: await viewOf(deps, id) }),
    }),
    ...(['pause', 'resume', 'cancel', 'retry'] as const).map((action) =>
      route({
        method: 'post',
        path: `/batches/{id}/${action}`,
        tag: 'batches',
        summary: `Does that to every job of the batch that it can be done to`,
        role: 'operator',
        params: batchId,
        answer: bulkSteered,
        problems: ['ENC-SYS-006'],
        handle: async ({ params: { id }, actor }) => {
          await viewOf(deps, id);
          return { body: await steerBatch(queue, id, action, demandActor(actor).name) };
        },
      }),
    ),
  ];
}

type Wish = z.output<typeof newBatch>;

async function makeBatch(deps: BatchDeps, actor: Actor, wish: Wish): Promise<z.input<typeof batchMade>> {
  const { queue, rules } = deps;
  const outputDir = await deps.allowOutput(actor, wish.outputDir);
  const resolved = await resolveProfile(queue.db, wish.profile, rules);
  if (!resolved.ok)
    throw new RequestRefused('ENC-JOB-003', 'there is no such profile, or it has faults: GET /profiles lists them');
  const input = wish.input === undefined ? null : await allowedFolder(deps, actor, wish.input);
  const films =
    input === null
      ? await namedFilms(deps, actor, wish.films ?? [], outputDir)
      : await filmsOf(input, outputDir, resolved.recipe.container);
  if (films.length > mostFilms) {
    const details = `${input ?? 'this'} holds ${films.length} films: make a watch folder of it, which takes any number`;
    throw new RequestRefused('ENC-JOB-002', details);
  }
  const row = {
    id: deps.newId(),
    name: wish.name ?? input ?? basename(outputDir),
    createdBy: `${actor.kind}:${actor.id}`,
    createdAtMs: queue.clock.nowMs(),
  };
  await insertBatch(queue.db, row);
  const ttlHours = deps.defaultTtlHours();
  const skipped: { input: string; why: string }[] = [];
  for (const { path, outDir } of films) {
    const submitted = await deps.submit({
      input: path,
      outputDir: outDir,
      profile: wish.profile,
      options: wish.options,
      priority: wish.priority ?? defaultJobPriority,
      batchId: row.id,
      createdBy: row.createdBy,
      ttlMs: ttlHours === null ? null : ttlHours * 60 * 60_000,
    });
    if (!submitted.ok) skipped.push({ input: path, why: whyText(submitted.details) });
  }
  return { ...(await viewOf(deps, row.id)), added: films.length - skipped.length, skipped };
}

async function allowedFolder(deps: BatchDeps, actor: Actor, wanted: string): Promise<string> {
  const input = await deps.allowInput(actor, wanted);
  if (!isAbsolute(input)) throw new RequestRefused('ENC-JOB-002', `${input} is not an absolute path: give one`);
  return input;
}

async function namedFilms(
  deps: BatchDeps,
  actor: Actor,
  films: NonNullable<Wish['films']>,
  outputDir: string,
): Promise<EncodeInput[]> {
  const found: EncodeInput[] = [];
  for (const { input, folder } of films) {
    const path = await deps.allowInput(actor, input);
    found.push({ path, outDir: join(outputDir, ...folder.map((name) => safeFileName(name))) });
  }
  return found;
}

async function filmsOf(input: string, outputDir: string, container: 'hls' | 'mp4' | 'mkv') {
  try {
    return await encodeInputs([input], outputDir, container);
  } catch (error) {
    if (error instanceof InputFault) throw new RequestRefused('ENC-JOB-002', error.message, { cause: error });
    throw error;
  }
}

/** Most faults say in one sentence what is wrong. */
function whyText(details: unknown): string {
  const told = typeof details === 'object' && details !== null && 'why' in details ? details.why : details;
  return typeof told === 'string' ? told : JSON.stringify(told);
}

async function steerBatch(queue: QueueContext, batchId: string, action: SteerAction, by: string) {
  const jobs = await queue.db.selectFrom('job').select('id').where('batchId', '=', batchId).orderBy('rank').execute();
  return steerJobs(
    queue,
    jobs.map(({ id }) => id),
    action,
    by,
  );
}

async function viewOf({ queue }: BatchDeps, id: string) {
  const row = await findBatch(queue.db, id);
  if (row === null) throw new RequestRefused('ENC-SYS-006', `There is no batch ${id}.`);
  return batchView(row, (await batchTallies(queue.db, [id])).get(id) ?? []);
}

function batchView({ id, name, createdAtMs }: Selectable<BatchTable>, tallies: readonly BatchTally[]) {
  const count = tallies.reduce((sum, tally) => sum + tally.count, 0);
  const progress = tallies.reduce((sum, tally) => sum + tally.progress, 0);
  return {
    id,
    name,
    createdAt: instant(createdAtMs),
    jobs: Object.fromEntries(tallies.map((tally) => [tally.state, tally.count])),
    progress: count === 0 ? 0 : Math.min(1, progress / count),
  };
}
