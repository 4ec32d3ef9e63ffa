import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { builtInProfiles, defaultProfileName } from '#main/media/profile/built-in.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import { profile } from '#shared/model/profile.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { knowMachine } from '#tests/helpers/known-machine.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { encrew } from './encrew-command.ts';

/*
 * A server whose own node only packages, and nodes that encode for it over real TLS, each held to cores of its own. All
 * have been here before: what their encoders can do is known.
 */

/** More than the slowest machine needs for a film. */
const patienceMs = 20 * 60_000;

export type BenchCrew = {
  /** From POST /jobs to the published package, seconds; tells once when all is encoded. */
  encode: (film: string, onEncoded?: () => Promise<void>) => Promise<number>;
  /** The processor's time so far, seconds: the server with its own node, and the nodes with their FFmpegs. Linux only. */
  cpuSec: () => Promise<{ server: number; nodes: number }>;
  end: () => Promise<void>;
};

/** `cores` is one for each node, as taskset reads them: `0`, `0,1`. */
export async function startBenchCrew(folder: string, cores: readonly string[]): Promise<BenchCrew> {
  const dataDir = join(folder, 'server');
  // Trials and benchmarks of a first start would take the cores from the first film.
  await knowMachine(dataDir);
  const server = await startBenchServer(dataDir, { ownNode: true });
  const nodes: PinnedNode[] = [];
  const end = async (): Promise<void> => {
    for (const node of nodes) await node.end();
    await server.kill();
  };
  try {
    await waitFor('the server’s own node is there', async () => (await online(server)).length === 1);
    await server.ask('/nodes/local', { limits: { slots: { cpu: 0 } } }, 'PATCH');
    for (const [i, core] of cores.entries()) {
      nodes.push(await pinnedNode(server, dataDir, join(folder, `node-${i}`), core));
    }
    await waitFor('the nodes have proven their encoder', async () => {
      const able = (await online(server)).filter(({ isLocal, offer }) => !isLocal && provesX264(offer));
      return able.length === cores.length;
    });
  } catch (error) {
    await end();
    throw error;
  }
  return {
    end,
    encode: async (film, onEncoded = async () => {}) => {
      let isEncoded = false;
      const began = performance.now();
      const added = await server.ask('/jobs', { input: film, profile: ladder, outputDir: join(folder, 'out') });
      const { id } = z.object({ id: z.string() }).parse(added.body);
      await waitFor('the package is published', async () => {
        const { state, error } = jobEnd.parse((await server.ask(`/jobs/${id}`)).body);
        if (state === 'failed') throw new Error(`the job failed: ${error?.message}`);
        if (!isEncoded && !encodingStates.includes(state)) {
          isEncoded = true;
          await onEncoded();
        }
        return state === 'completed';
      });
      return (performance.now() - began) / 1000;
    },
    cpuSec: async () => {
      const processes = await runningProcesses();
      return {
        server: treeCpuSec(processes, [server.pid]),
        nodes: treeCpuSec(
          processes,
          nodes.map(({ pid }) => pid),
        ),
      };
    },
  };
}

const ladder = profile.parse({
  name: 'bench-two-nodes',
  title: 'two rungs',
  container: 'hls',
  audio: builtInProfiles.find(({ name }) => name === defaultProfileName)?.audio,
  video: {
    ladder: [
      { width: 854, height: 480, bitrateBps: 1_500_000 },
      { width: 640, height: 360, bitrateBps: 800_000 },
    ],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 21 },
    preset: 'medium',
  },
});

const encodingStates = ['queued', 'probing', 'encoding'];
const jobEnd = z.object({ state: z.string(), error: z.object({ message: z.string() }).nullable() });

async function online(server: BenchServer): Promise<z.infer<typeof nodeList>['items']> {
  return nodeList.parse((await server.ask('/nodes')).body).items.filter(({ state }) => state === 'online');
}

function provesX264(offer: NodeOffer | null): boolean {
  return (offer?.encoders ?? []).some(({ name, works }) => name === 'libx264' && works);
}

type PinnedNode = { pid: number; end: () => Promise<void> };

/** `encrew node` on one core, paired by a code. */
async function pinnedNode(server: BenchServer, serverData: string, dataDir: string, core: string): Promise<PinnedNode> {
  await knowMachine(dataDir, coresOf(core));
  const [command = '', ...args] = encrew(['invite'], serverData);
  const { stdout } = await promisify(execFile)(command, args);
  const node = encrew(['node', '--no-mdns', '--server', server.url, '--code', stdout.trim()], dataDir);
  const child = spawn('taskset', ['-c', core, ...node], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid ?? -1,
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** How many cores `taskset -c` holds a process to: `0`, `0,1`, `0-3`. */
function coresOf(list: string): number {
  return list.split(',').reduce((sum, part) => {
    const [first = '', last = first] = part.split('-');
    return sum + Number(last) - Number(first) + 1;
  }, 0);
}

async function waitFor(what: string, condition: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    await delay(500);
  }
}

type RunningProcess = { pid: number; parent: number; cpuSec: number };

/** Every process, with the time that it and its ended children have used (proc(5): fields 14 to 17 of stat, in ticks). */
async function runningProcesses(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (stat === null) return [];
    // The program's name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(pid), parent: Number(fields[1]), cpuSec: ticks / ticksPerSec }];
  });
  return (await Promise.all(read)).flat();
}

/** Linux shows times to user space in hundredths on every machine. */
const ticksPerSec = 100;

function treeCpuSec(processes: readonly RunningProcess[], roots: readonly number[]): number {
  const within = processes.filter(({ pid, parent }) => roots.includes(pid) || roots.includes(parent));
  const all = within.map(({ pid }) => pid);
  if (all.length > roots.length) return treeCpuSec(processes, all);
  return within.reduce((sum, { cpuSec }) => sum + cpuSec, 0);
}
