import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { shellCommand } from '#main/media/command/shell-quote.ts';
import { sampleMedia } from '#tests/helpers/sample-media.ts';
import { costOf } from './cpu-time.ts';
import { encrew, writeProfile } from './encrew-command.ts';
import type { Figure } from './report.ts';

/** Two minutes of film: long enough that starting and checking are what they are in a real job, a small part. */
const loops = 3;

/**
 * Row 1 of design section 6: CPU time of a whole job (probe, plan, encode, package, check, certificate) against one bare
 * FFmpeg command that makes the same ladder and the same sound with the same settings. Runs alternate, the smaller of two counts.
 */
export async function jobCpu(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    const tools = await findFfmpeg();
    const film = join(folder, 'film.mp4');
    const loop = [
      '-v',
      'error',
      '-nostdin',
      '-stream_loop',
      String(loops),
      '-i',
      sampleMedia('bbb-480p24-aac51-30s.mp4'),
    ];
    await costOf([tools.ffmpegPath, ...loop, '-c', 'copy', film], folder);
    const profile = await writeProfile(folder, 'bench-ladder', (base) => ({
      ...base,
      thumbnails: null,
      video: { ...base.video, encoders: ['libx264'] },
    }));
    const bare = [
      tools.ffmpegPath,
      '-v',
      'error',
      '-nostdin',
      '-y',
      '-i',
      film,
      ...bareLadder,
      join(folder, 'bare-%v.m3u8'),
    ];
    print(`bare: ${shellCommand(bare)}`);
    const bareCosts = [];
    const jobCosts = [];
    for (const attempt of [1, 2]) {
      bareCosts.push((await costOf(bare, folder)).cpuSec);
      const out = join(folder, `out-${attempt}`);
      const job = encrew(
        ['encode', film, '--out', out, '--profile', profile, '--json'],
        join(folder, `data-${attempt}`),
      );
      if (attempt === 1) print(`job: ${shellCommand(job)}`);
      jobCosts.push((await costOf(job, folder)).cpuSec);
      await rm(out, { recursive: true });
    }
    const [job, plain] = [Math.min(...jobCosts), Math.min(...bareCosts)];
    return {
      name: 'CPU time of a job / one bare FFmpeg command making the same ladder',
      value: job / plain,
      unit: 'ratio',
      bound: 1.05,
      detail: `job ${job.toFixed(1)} s, bare ${plain.toFixed(1)} s CPU, smaller of two runs each, 120 s of 854x480`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a person would type for the two rungs that a 480p source gets, with hls-universal's numbers. */
const rung = (label: string, i: number, bps: number): string[] => [
  ...['-map', `[${label}]`, `-c:v:${i}`, 'libx264', `-preset:v:${i}`, 'medium', `-profile:v:${i}`, 'main'],
  ...[`-crf:v:${i}`, '21', `-maxrate:v:${i}`, String(bps), `-bufsize:v:${i}`, String(2 * bps)],
  ...[`-g:v:${i}`, '48', `-keyint_min:v:${i}`, '48', `-sc_threshold:v:${i}`, '0', `-pix_fmt:v:${i}`, 'yuv420p'],
];
const bareLadder = [
  '-filter_complex',
  '[0:v]split=2[a][b];[a]scale=854:480[high];[b]scale=640:360[low]',
  ...rung('high', 0, 1_000_000),
  ...rung('low', 1, 600_000),
  ...['-map', '0:a', '-c:a', 'aac', '-b:a', '160k', '-ac', '2', '-ar', '48000'],
  ...[
    '-f',
    'hls',
    '-hls_time',
    '6',
    '-hls_playlist_type',
    'vod',
    '-var_stream_map',
    'v:0,agroup:a v:1,agroup:a a:0,agroup:a',
  ],
];
