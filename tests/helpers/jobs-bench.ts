import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { type Actor, RequestRefused } from '#main/api/route.ts';
import { jobPartRoutes } from '#main/api/routes/job-parts.ts';
import { jobRoutes } from '#main/api/routes/jobs.ts';
import { nodeRoutes } from '#main/api/routes/nodes.ts';
import { submitJob } from '#main/api/submit-job.ts';
import { jobDetailOf, jobPlanOf } from '#main/app/job-detail.ts';
import { jobLogPath } from '#main/app/job-log.ts';
import { readJobLog } from '#main/app/read-job-log.ts';
import { type Crew, newCrew } from '#main/fleet/crew.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { type Job, job } from '#shared/model/job.ts';
import { aQueue, type TestQueue } from './a-queue.ts';
import { admin, type ApiAnswer, type ApiServer, serveApi } from './serve-api.ts';

export type JobsBench = {
  queue: TestQueue;
  crew: Crew;
  api: ApiServer;
  /** Holds films, and is where packages go. */
  films: string;
  /** Writes a film of its own content; answers its path. */
  film(name: string, content?: string): Promise<string>;
  /** `POST /jobs` by the draft profile, but for what is given. */
  post(input: string, set?: Record<string, unknown>): Promise<ApiAnswer>;
  /** Adds a job of a film of that name; fails the test where it is refused. */
  add(name: string, set?: Record<string, unknown>): Promise<Job>;
  /** From now on somebody else asks. */
  as(actor: Actor): void;
  /** How the job is told by REST. */
  stateOf(id: string): Promise<string>;
  /** Makes the log of a job say this. */
  writeLog: (id: string, text: string) => Promise<void>;
  /** Keys of nodes whose lines were cut. */
  cutOff: string[];
  /** How long a job may wait that says nothing of it. */
  ttlHours: { byDefault: number | null };
};

/** The routes of jobs and nodes over a real queue; ids are j1, j2. */
export async function jobsBench(): Promise<JobsBench> {
  const queue = await aQueue();
  const crew = newCrew();
  const films = join(queue.dataDir, 'films');
  await mkdir(films);
  const rules = { builtIn: builtInProfiles, read: readProfile };
  const cutOff: string[] = [];
  const ttlHours: JobsBench['ttlHours'] = { byDefault: null };
  let who: Actor = admin;
  let jobs = 0;
  const allow = async (_actor: Actor, path: string): Promise<string> => {
    if (isAbsolute(path) && !path.startsWith(queue.dataDir)) throw new RequestRefused('ENC-STO-002', `not ${path}`);
    return path;
  };
  const routes = [
    ...jobRoutes({
      queue,
      submit: (wish) => submitJob(queue, rules, { ...wish, id: `j${++jobs}` }),
      allowInput: allow,
      allowOutput: allow,
      defaultTtlHours: () => ttlHours.byDefault,
      detail: (id) => jobDetailOf(queue, crew, id, { isOpen: true, mostActive: 1, away: new Set(), preview: null }),
    }),
    ...jobPartRoutes({
      db: queue.db,
      plan: (id) => jobPlanOf(queue, id),
      log: (id, part) => readJobLog(jobLogPath(queue.dataDir, id), part),
    }),
    ...nodeRoutes({ queue, crew, cutOff: (keyHash) => cutOff.push(keyHash) }),
  ];
  const api = await serveApi(routes, { actor: () => who, clock: queue.clock });

  const bench: JobsBench = {
    ...{ queue, crew, api, films, ttlHours, cutOff },
    writeLog: async (id, text) => {
      const path = jobLogPath(queue.dataDir, id);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
    film: async (name, content = `the film ${name}`) => {
      await writeFile(join(films, name), content);
      return join(films, name);
    },
    post: (input, set = {}) => api.post('/jobs', { input, profile: 'draft', outputDir: join(films, 'out'), ...set }),
    add: async (name, set = {}) => {
      const answer = await bench.post(await bench.film(name), set);
      if (answer.status !== 201) throw new Error(`no job was added: ${answer.text}`);
      return job.parse(answer.body);
    },
    as: (actor) => {
      who = actor;
    },
    stateOf: async (id) => {
      const { state } = job.loose().parse((await api.get(`/jobs/${id}`)).body);
      return state;
    },
  };
  return bench;
}
