import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { probe } from '#main/ffmpeg/probe.ts';
import { sourceInput } from '#main/media/command/input-options.ts';
import { toneMapFilters } from '#main/media/command/picture-filters.ts';
import { shellCommand } from '#main/media/command/shell-quote.ts';
import { videoCommands } from '#main/media/command/video-command.ts';
import { makePlan } from '#main/media/plan/plan.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { mkdir } from 'node:fs/promises';
import { profile } from '#shared/model/profile.ts';
import { costOf } from './cpu-time.ts';
import type { Figure } from './report.ts';

/** Three SDR rungs beside one HDR source, in the fastest preset: what is compared is the way, not the encoder. */
const sdrLadder = profile.parse({
  name: 'bench-hdr',
  title: 'SDR ladder of an HDR film',
  container: 'hls',
  video: {
    ladder: [
      { width: 1920, height: 1080, bitrateBps: 4_500_000 },
      { width: 1280, height: 720, bitrateBps: 2_500_000 },
      { width: 854, height: 480, bitrateBps: 1_000_000 },
    ],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 21 },
    preset: 'veryfast',
  },
  audio: { tracks: [] },
  segment: { type: 'fmp4' },
});

/**
 * Row 3 of design section 6: CPU time of an HDR10 film's SDR rungs in one process (decode once, tone-map once, split) against
 * S1's way: an SDR intermediate file (5.3's command), then one process for each rung that reads it.
 */
export async function hdrLadder(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  const signal = new AbortController().signal;
  try {
    const tools = await findFfmpeg();
    const film = join(folder, 'film.mkv');
    await costOf([tools.ffmpegPath, ...hdrFilm, film], folder);
    const probed = await probe(film, { tools, log: silentLogger }, signal);
    if (!probed.ok) throw new Error(probed.message);
    const made = makePlan(probed.facts, sdrLadder, { name: 'film', chunkSec: null, acceptTruncated: false });
    if (!made.ok) throw new Error(made.refusal.message);
    const { plan } = made;

    const choice = Object.fromEntries(plan.video.map((rendition) => [rendition.id, 'libx264']));
    let fused = 0;
    for (const task of plan.tasks.filter(({ type }) => type === 'video')) {
      for (const step of videoCommands(plan, task, choice, film, task.id)) {
        for (const inner of step.folders) await mkdir(join(folder, inner), { recursive: true });
        print(`fused: ${shellCommand([tools.ffmpegPath, ...step.args])}`);
        fused += (await costOf([tools.ffmpegPath, ...step.args], folder)).cpuSec;
      }
    }

    const quiet = ['-v', 'error', '-nostdin', '-y'];
    const intermediate = join(folder, 'sdr.mkv');
    const toneMap = toneMapFilters(plan.picture, { width: 1920, height: 1080 }).join(',');
    const reusable = ['-c:v', 'libx264', '-preset', 'medium', '-crf', '18', intermediate];
    const first = [tools.ffmpegPath, ...quiet, ...sourceInput(film), '-vf', toneMap, ...reusable];
    print(`intermediate: ${shellCommand(first)}`);
    let separate = (await costOf(first, folder)).cpuSec;
    for (const rung of plan.video) {
      const { peakBps, bufferBits } = rung.rate;
      const rate = ['-crf', '21', '-maxrate', String(peakBps), '-bufsize', String(bufferBits)];
      const encode = ['-c:v', 'libx264', '-preset', 'veryfast', ...rate, '-g', '48', '-sc_threshold', '0'];
      const scale = ['-vf', `scale=${rung.width}:${rung.height}`];
      const argv = [
        tools.ffmpegPath,
        ...quiet,
        ...sourceInput(intermediate),
        ...scale,
        ...encode,
        join(folder, `${rung.id}.mp4`),
      ];
      print(`from it: ${shellCommand(argv)}`);
      separate += (await costOf(argv, folder)).cpuSec;
    }
    return {
      name: 'HDR ladder with SDR rungs / the same by an intermediate file',
      value: fused / separate,
      unit: 'ratio',
      bound: 0.5,
      detail: `one process ${fused.toFixed(1)} s, intermediate file and three processes ${separate.toFixed(1)} s CPU, 8 s of 1920x1080 HDR10`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const colours = [
  '-color_primaries',
  'bt2020',
  '-color_trc',
  'smpte2084',
  '-colorspace',
  'bt2020nc',
  '-color_range',
  'tv',
];
const hdrFilm = [
  ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'testsrc2=s=1920x1080:r=24:d=8'],
  ...['-vf', 'noise=alls=12:allf=t,format=yuv420p10le', '-c:v', 'libx265', '-preset', 'ultrafast', ...colours],
  ...['-x265-params', 'log-level=error:hdr10=1:max-cll=1000,400'],
];
