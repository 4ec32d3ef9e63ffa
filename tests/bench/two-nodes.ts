import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCrew, startBenchCrew } from './bench-crew.ts';
import { costOf } from './cpu-time.ts';
import type { Figure } from './report.ts';

/*
 * Row 2 of design section 6: one film by one node and by two, each on a core of its own, over real TLS, from POST /jobs to the
 * published package. The server's own node only packages, in both runs.
 */

const filmSec = 200;

/** A film of one kind all the way, or one whose last third is many times as hard. */
const films: Readonly<Record<string, string>> = {
  even: 'noise=alls=6:allf=t',
  'with a hard last third': `noise=alls=40:allf=t:enable='gte(t,${(filmSec * 2) / 3})'`,
};

/** How much of the processor time the server and its own node take while four nodes encode one film. */
export async function serverShare(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    const film = join(folder, 'film.mkv');
    await costOf(['ffmpeg', ...filmArgs('noise=alls=6:allf=t'), film], folder);
    const cores = ['0', '1', '0', '1'];
    const crew = await startBenchCrew(folder, cores);
    try {
      await warmUp(crew, film, folder, cores.length);
      const began = await crew.cpuSec();
      let encoded = began;
      await crew.encode(film, async () => {
        encoded = await crew.cpuSec();
      });
      const ended = await crew.cpuSec();
      const server = encoded.server - began.server;
      const nodes = encoded.nodes - began.nodes;
      const rest = ended.server - encoded.server;
      print(
        `while the nodes encode: ${server.toFixed(1)} s of processor time by the server, ${nodes.toFixed(1)} s by the nodes`,
      );
      print(`afterwards, to package, check and publish: ${rest.toFixed(1)} s`);
      const detail = `${filmSec} s of film, two rungs up to 480p, four nodes: it hands out, takes the parts and counts their pictures`;
      return {
        name: 'server-share',
        value: server / (server + nodes),
        unit: 'of the processor time',
        bound: 0.1,
        detail,
      };
    } finally {
      await crew.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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

/** The beginning of the film, a part for each: as in any crew that has worked before, the server knows how fast they are. */
async function warmUp(crew: BenchCrew, film: string, folder: string, nodes: number): Promise<void> {
  const start = join(folder, 'start.mkv');
  const lengthSec = String(nodes * 15);
  await costOf(['ffmpeg', '-v', 'error', '-y', '-t', lengthSec, '-i', film, '-map', '0', '-c', 'copy', start], folder);
  await crew.encode(start);
}

/** Seconds from the order to the package, by nodes on those cores. */
async function wallSec(folder: string, film: string, cores: readonly string[]): Promise<number> {
  const place = await mkdtemp(join(folder, 'run-'));
  const crew = await startBenchCrew(place, cores);
  try {
    await warmUp(crew, film, place, cores.length);
    return await crew.encode(film);
  } finally {
    await crew.end();
  }
}
