import { fileURLToPath } from 'node:url';

const slowFfmpeg = fileURLToPath(new URL('../process/programs/slow-ffmpeg.sh', import.meta.url));

/**
 * Environment of an Encrew whose chunks take their time without work: `pace` seconds of the film a second, on a fast machine as
 * on a slow one, so that there is something to disturb. A film for it has a keyframe a second.
 */
export function pacedFfmpeg(pace: number): NodeJS.ProcessEnv {
  return { ENCREW_FFMPEG: slowFfmpeg, ENCREW_TEST_PACE: String(pace) };
}
