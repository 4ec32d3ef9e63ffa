// Plays Encrew: runs one long FFmpeg that writes a partial file, says its own readiness, then waits to be killed.
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { silentLogger } from '#main/platform/logger.ts';

const [folder, partial] = process.argv.slice(2);
if (folder === undefined || partial === undefined) throw new Error('usage: owner FOLDER PARTIAL');
const outcome = await runFfmpeg(
  {
    tool: 'ffmpeg',
    args: [
      '-nostdin',
      '-v',
      'error',
      '-progress',
      'pipe:1',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x48:d=600',
      '-c:v',
      'mpeg2video',
      '-flush_packets',
      '1',
      '-f',
      'mpegts',
      partial,
    ],
    cwd: folder,
  },
  {
    tools: await findFfmpeg(),
    signal: new AbortController().signal,
    log: silentLogger,
    partialPaths: [partial],
    onProgress: () => process.stdout.write('running\n'),
  },
);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
