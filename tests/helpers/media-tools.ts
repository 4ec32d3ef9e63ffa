import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs FFmpeg for a fixture or a judgement; its own words come back in the error. */
export async function ffmpeg(...argv: string[]): Promise<string> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...argv], { maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

/** What FFmpeg complains about while it decodes a file; empty when nothing. */
export async function decodeErrors(path: string, ...inputOptions: string[]): Promise<string> {
  const argv = ['-v', 'error', '-nostdin', ...inputOptions, '-i', path, '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', argv, { maxBuffer: 64 * 2 ** 20 });
  return stderr;
}

export async function ffprobeJson(path: string, ...options: string[]): Promise<unknown> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...options, path], {
    maxBuffer: 64 * 2 ** 20,
  });
  return JSON.parse(stdout);
}
