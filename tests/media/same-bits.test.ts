import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoderOptions } from '#main/media/command/encoder-options.ts';
import { aFacts } from '#tests/helpers/a-facts.ts';
import { aProfile, planOf } from '#tests/helpers/a-plan.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * A chunk comes out the same on a machine of other size, where the encoder lets it.
 */

let folder = '';
let source = '';
beforeAll(async () => {
  folder = await newFolder();
  source = join(folder, 'source.mkv');
  const moving = 'testsrc2=s=640x360:r=24,noise=alls=18:allf=t+u';
  await ffmpeg('-f', 'lavfi', '-i', moving, '-t', '2', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p', source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** MD5 of each coded picture, without what x264 writes of its own settings (ITU-T H.264 7.4.1: NAL units of type 6). */
async function bitsOf(encoder: string, cores: string): Promise<string> {
  const rateControl = { mode: 'crf' as const, crf: 24 };
  const ladder = [{ width: 320, height: 180, bitrateBps: 200_000 }];
  const [rendition] = planOf(aFacts(), aProfile({ video: { ladder, encoders: [encoder], rateControl } })).video;
  if (rendition === undefined) throw new Error('nothing was planned');
  const options = encoderOptions(rendition, { encoder, gopFrames: 24, pass: null, statsFile: 'none' });
  const made = join(folder, 'made.mkv');
  const run = promisify(execFile);
  const encode = ['ffmpeg', '-v', 'error', '-nostdin', '-y', '-i', source, '-map', '0:v', ...options, made];
  await run('taskset', ['-c', cores, ...encode]);
  const bits = encoder === 'libx264' ? ['-bsf:v', 'filter_units=remove_types=6'] : [];
  return ffmpeg('-i', made, '-map', '0:v', '-c', 'copy', ...bits, '-f', 'framemd5', '-');
}

const canLimit = process.platform === 'linux' && availableParallelism() > 1;

test.skipIf(!canLimit).each(['libx264', 'libsvtav1'])(
  'by its quality, %s makes the same of a chunk on one core and on two',
  async (encoder) => {
    expect(await bitsOf(encoder, '0,1')).toBe(await bitsOf(encoder, '0'));
  },
);
