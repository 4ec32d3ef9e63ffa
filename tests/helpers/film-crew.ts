import { execFile } from 'node:child_process';
import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { checkPackage } from '#main/stages/check/check-package.ts';
import type { JobDetail, Task } from '#shared/model/job.ts';
import { nodeInvite, nodeList, type NodeView } from '#shared/protocol/nodes.ts';
import { testProfile } from './encode-film.ts';
import { knowMachine } from './known-machine.ts';
import { ffprobeJson } from './media-tools.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { pacedFfmpeg } from './paced-ffmpeg.ts';
import { runningProcesses } from './process-table.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { newFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

/*
 * A server that only packages, with nodes that encode for it: every machine a process of its own, with a data folder of its
 * own. FFmpeg is the real one, held to the film's own pace, so that there is something to disturb on a fast machine as well.
 */

const run = promisify(execFile);

export type CrewNode = NodeProcess & { id: string; name: string; dataDir: string };

export type NodeSet = {
  /** Film seconds a second; 1 when left out. */
  pace?: number;
  environment?: NodeJS.ProcessEnv;
  /** Of the server as this node sees it. */
  url?: string;
  wrap?: readonly string[];
  dataDir?: string;
  args?: readonly string[];
  /** False: it reads the film from the server. */
  seesFilm?: boolean;
};

export type FilmCrew = {
  folder: string;
  film: string;
  /** The one that runs now. */
  server: () => ServerProcess;
  /** Where the server was killed: again, at the same address. */
  startServer: () => Promise<void>;
  /** Starts a node that joins by a code. */
  addNode: (name: string, set?: NodeSet) => Promise<CrewNode>;
  /** Starts a node anew that had joined. */
  startNode: (node: CrewNode, set?: NodeSet) => Promise<CrewNode>;
  nodeView: (name: string) => Promise<NodeView | undefined>;
  addJob: () => Promise<string>;
  /** The task of that key, once it is worked on; by that node where one is named. */
  whenAt: (jobId: string, ratio: number, nodeName?: string) => Promise<Task>;
  /** Waits for the package, and looks at all there is to look at: pictures, tasks, folders and processes. */
  expectWholeFilm: (jobId: string) => Promise<Outcome>;
};

export type Outcome = { job: JobDetail; tasks: Task[]; timeline: string[] };

const fps = 24;

export type CrewSet = {
  filmSec?: number;
  chunkSec?: number;
  /** Of the film, H.264: 0 makes a large one; FFmpeg's own choice when left out. */
  filmCrf?: number;
  /** Of `encrew serve`. */
  args?: readonly string[];
};

/** A crew for all tests of a file, since it takes as long to start as a test: ask for it in each of them. */
export function filmCrew(set: CrewSet = {}): () => FilmCrew {
  const ends: (() => Promise<void>)[] = [];
  let started: StartedCrew | null = null;
  beforeAll(async () => {
    started = await startCrew(set, (end) => ends.push(end));
  }, 120_000);
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(started?.said() ?? '');
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (started === null) throw new Error('the crew has not been started');
    return started;
  };
}

type StartedCrew = FilmCrew & {
  /** What each machine told last: all there is to see of a failure. */
  said: () => string;
};

async function startCrew(
  { filmSec = 12, chunkSec = 3, filmCrf = 23, args = [] }: CrewSet,
  onEnd: (end: () => Promise<void>) => void,
): Promise<StartedCrew> {
  const folder = await newFolder();
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const [data, film] = [join(folder, 'server'), join(folder, 'Film.mkv')];
  await makeFilm(film, filmSec, filmCrf);
  let server = await startServerProcess(data, args, {}, { onEnd });
  let jobs = 0;
  const outs = new Map<string, string>();
  const { port } = new URL(server.url);
  const nodes = new Map<string, CrewNode>();
  const views = async (): Promise<NodeView[]> => nodeList.parse((await server.ask('GET', '/nodes')).body).items;
  const onlyPackages = async (): Promise<void> => {
    const set = { limits: { slots: { cpu: 0 } } };
    expect((await server.ask('PATCH', '/nodes/local', set)).status).toBe(200);
    await waitUntil('the server only packages', async () => {
      const local = (await views()).find(({ isLocal }) => isLocal);
      return local?.state === 'online' && local.offer?.slots.cpu === 0;
    });
  };
  // It tries its encoders first, which takes a small machine long.
  const hasNode = async () => (await views()).some(({ isLocal }) => isLocal);
  await waitUntil('the server has its own node', hasNode, 60_000);
  await onlyPackages();

  const begin = async (name: string, dataDir: string, args_: readonly string[], set: NodeSet): Promise<CrewNode> => {
    await knowMachine(dataDir);
    const node = startNodeProcess(dataDir, ['--name', name, ...args_, ...(set.args ?? [])], {
      environment: { ...pacedFfmpeg(set.pace ?? 1), ...set.environment },
      ...(set.wrap === undefined ? {} : { wrap: set.wrap }),
      onEnd,
    });
    await node.joined();
    const id = (await views()).find((one) => one.name === name)?.id ?? '';
    const started = { ...node, id, name, dataDir };
    nodes.set(name, started);
    return started;
  };

  return {
    folder,
    film,
    server: () => server,
    startServer: async () => {
      server = await startServerProcess(data, [...args, '--port', port], {}, { onEnd });
    },
    addNode: async (name, set = {}) => {
      const { code } = nodeInvite.parse((await server.ask('POST', '/nodes/invites')).body);
      const dataDir = set.dataDir ?? join(folder, name);
      const node = await begin(name, dataDir, ['--server', set.url ?? server.url, '--code', code], set);
      const pathMaps = set.seesFilm === false ? [] : [{ serverPath: folder, nodePath: folder }];
      expect((await server.ask('PATCH', `/nodes/${node.id}`, { pathMaps })).status).toBe(200);
      return node;
    },
    startNode: async ({ name, dataDir }, set = {}) => begin(name, dataDir, [], set),
    nodeView: async (name) => (await views()).find((one) => one.name === name),
    addJob: async () => {
      const outputDir = join(folder, `out-${(jobs += 1)}`);
      const id = await server.addJob({ profile: recipe, options: { chunkSec }, input: film, outputDir });
      outs.set(id, outputDir);
      return id;
    },
    whenAt: async (jobId, ratio, nodeName) => {
      let found: Task | undefined;
      await waitUntil(`a chunk is at ${ratio}${nodeName === undefined ? '' : ` on ${nodeName}`}`, async () => {
        const nodeId = nodeName === undefined ? null : nodes.get(nodeName)?.id;
        found = (await server.tasks(jobId)).find(
          (one) =>
            one.type === 'video' &&
            one.state === 'leased' &&
            one.progress >= ratio &&
            (nodeId === null || one.nodeId === nodeId),
        );
        return found !== undefined;
      });
      if (found === undefined) throw new Error('unreachable: it was found');
      return found;
    },
    expectWholeFilm: async (jobId) => {
      const job = await server.waitForState(jobId, 'completed', 90_000);
      const out = outs.get(jobId) ?? '';
      const main = join(out, 'Film', 'Film.m3u8');
      expect(job.output).toBe(main);
      const { findings } = await checkPackage(join(out, 'Film'));
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
      expect(await picturesOf(main)).toBe(filmSec * fps);
      const tasks = await server.tasks(jobId);
      expect(tasks.map(({ state }) => state)).toEqual(tasks.map(() => 'completed'));
      const timeline = await server.timeline(jobId);
      const completions = timeline.filter((line) => /^\S+: \S+ > completed$/.test(line));
      expect(completions.toSorted()).toEqual(tasks.map(({ key }) => `${key}: leased > completed`).toSorted());
      const isClean = async (): Promise<boolean> => (await leftovers(folder, out, [...nodes.values()])).length === 0;
      await waitUntil('nothing is left over', isClean).catch(async () => {
        expect(await leftovers(folder, out, [...nodes.values()])).toEqual([]);
      });
      return { job, tasks, timeline };
    },
    said: () => {
      const nodesSaid = [...nodes.values()].map(({ name, stderr }) => `--- ${name}\n${lastLines(stderr())}`);
      return [`--- server\n${lastLines(server.stderr())}`, ...nodesSaid, ''].join('\n');
    },
  };
}

function lastLines(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !line.includes('"msg":"request"') && !line.includes('encoder was tried'));
  return lines.slice(-40).join('\n');
}

/** Plain CRF, which comes out the same however many threads there are. */
const recipe = testProfile('draft', {
  video: {
    encoders: ['libx264'],
    rateControl: { mode: 'crf', crf: 28 },
    ladder: [{ width: 320, height: 180, bitrateBps: null }],
  },
});

async function makeFilm(path: string, sec: number, crf: number): Promise<void> {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${fps}:duration=${sec}`];
  const sound = ['-f', 'lavfi', '-i', `sine=440:duration=${sec}`];
  // A keyframe each second: a chunk begins without reading what others do.
  const how = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', String(crf), '-g', String(fps), '-c:a', 'aac'];
  await run('ffmpeg', ['-v', 'error', ...picture, ...sound, ...how, path]);
}

const counted = z.object({ streams: z.array(z.object({ nb_read_packets: z.coerce.number() })) });

async function picturesOf(main: string): Promise<number | undefined> {
  const options = ['-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets'];
  return counted.parse(await ffprobeJson(main, ...options)).streams[0]?.nb_read_packets;
}

/** Folders of work on every machine, what lies beside the package, and processes that work in any of them. */
async function leftovers(folder: string, out: string, nodes: readonly CrewNode[]): Promise<string[]> {
  const machines = [join(folder, 'server'), ...nodes.map(({ dataDir }) => dataDir)];
  const work = await Promise.all(
    machines.map(async (dataDir) =>
      (await readdir(join(dataDir, 'work')).catch(() => [])).map((name) => join(dataDir, 'work', name)),
    ),
  );
  const beside = (await readdir(out)).filter((name) => name !== 'Film');
  return [...work.flat(), ...beside, ...(await workersIn(machines)).map(({ commandLine }) => commandLine)];
}

/** FFmpeg and ffprobe of these machines: processes whose folder is one of theirs. */
export async function workersIn(machines: readonly string[]): Promise<{ pid: number; commandLine: string }[]> {
  const found = await Promise.all(
    (await runningProcesses()).map(async (one) => {
      const cwd = await readlink(`/proc/${one.pid}/cwd`).catch(() => '');
      return machines.some((dataDir) => cwd.startsWith(`${dataDir}/`)) ? [one] : [];
    }),
  );
  return found.flat();
}
