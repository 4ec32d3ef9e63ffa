import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { builtInProfiles, defaultProfileName } from '#main/media/profile/built-in.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import { profile } from '#shared/model/profile.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { costOf } from './cpu-time.ts';
import { encrew } from './encrew-command.ts';
import type { Figure } from './report.ts';

/*
 * Row 2 of design section 6: one film by one node and by two, each on a core of its own, over real TLS, from POST /jobs to the
 * published package. The server's own node only packages, in both runs.
 */

const filmSec = 150;
/** More than the slowest machine needs for the film. */
const patienceMs = 20 * 60_000;

/** A film of one kind all the way, or one whose last third is many times as hard. */
const films: Readonly<Record<string, string>> = {
  even: 'noise=alls=6:allf=t',
  'with a hard last third': `noise=alls=40:allf=t:enable='gte(t,${(filmSec * 2) / 3})'`,
};

/** The worse of an even film and one with a hard last third. */
export async function twoNodes(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    let worst = 0;
    for (const [kind, filter] of Object.entries(films)) {
      const film = join(folder, `${kind.replaceAll(' ', '-')}.mkv`);
      await costOf(['ffmpeg', ...filmArgs(filter), film], folder);
      const one = await wallSec(folder, film, ['0']);
      const two = await wallSec(folder, film, ['0', '1']);
      print(`${kind}: ${one.toFixed(1)} s with one node, ${two.toFixed(1)} s with two: ${(two / one).toFixed(3)}`);
      worst = Math.max(worst, two / one);
    }
    const detail = `${filmSec} s of film, two rungs, each node on a core of its own`;
    return { name: 'two-nodes', value: worst, unit: 'of the wall time of one', bound: 0.55, detail };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function filmArgs(filter: string): string[] {
  const picture = `testsrc2=size=854x480:rate=24:duration=${filmSec},${filter},format=yuv420p`;
  return [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=duration=${filmSec}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '14', '-g', '48', '-c:a', 'aac'],
  ];
}

/** Seconds from the order to the package, by nodes on those cores. */
async function wallSec(folder: string, film: string, cores: readonly string[]): Promise<number> {
  const run = await mkdtemp(join(folder, 'run-'));
  const dataDir = join(run, 'server');
  const server = await startBenchServer(dataDir, { ownNode: true });
  const nodes: PinnedNode[] = [];
  try {
    await waitFor('the server’s own node is there', async () => (await crew(server)).length === 1);
    await server.ask('/nodes/local', { limits: { slots: { cpu: 0 } } }, 'PATCH');
    for (const core of cores) nodes.push(await pinnedNode(server, dataDir, join(run, `node-${core}`), core));
    await waitFor('the nodes have proven their encoder', async () => {
      const able = (await crew(server)).filter(({ isLocal, offer }) => !isLocal && provesX264(offer));
      return able.length === cores.length;
    });
    const began = performance.now();
    const added = await server.ask('/jobs', { input: film, profile: ladder, outputDir: join(run, 'out') });
    const { id } = z.object({ id: z.string() }).parse(added.body);
    await waitFor('the package is published', async () => {
      const { state, error } = jobEnd.parse((await server.ask(`/jobs/${id}`)).body);
      if (state === 'failed') throw new Error(`the job failed: ${error?.message}`);
      return state === 'completed';
    });
    return (performance.now() - began) / 1000;
  } finally {
    for (const node of nodes) await node.end();
    await server.kill();
  }
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

const jobEnd = z.object({ state: z.string(), error: z.object({ message: z.string() }).nullable() });

async function crew(server: BenchServer): Promise<z.infer<typeof nodeList>['items']> {
  return nodeList.parse((await server.ask('/nodes')).body).items.filter(({ state }) => state === 'online');
}

function provesX264(offer: NodeOffer | null): boolean {
  return (offer?.encoders ?? []).some(({ name, works }) => name === 'libx264' && works);
}

type PinnedNode = { end: () => Promise<void> };

/** `encrew node` on one core, paired by a code. */
async function pinnedNode(server: BenchServer, serverData: string, dataDir: string, core: string): Promise<PinnedNode> {
  const [command = '', ...args] = encrew(['invite'], serverData);
  const { stdout } = await promisify(execFile)(command, args);
  const node = encrew(['node', '--no-mdns', '--server', server.url, '--code', stdout.trim()], dataDir);
  const child = spawn('taskset', ['-c', core, ...node], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function waitFor(what: string, condition: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    await delay(100);
  }
}
