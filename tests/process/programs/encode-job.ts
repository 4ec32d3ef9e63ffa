// Plays Encrew: one job, with its events as JSON lines; SIGTERM asks it to stop.
import { encodeJob } from '#main/app/encode-job.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';

const [input, outDir, dataDir] = process.argv.slice(2);
const profile = builtInProfiles.find(({ name }) => name === 'draft');
if (input === undefined || outDir === undefined || dataDir === undefined || profile === undefined) {
  throw new Error('usage: encode-job INPUT OUT DATA');
}
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const tell = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const result = await encodeJob({
  ...{ input, outDir, profile, clock: systemClock, log: silentLogger, encrewVersion: '0.0.0' },
  options: { chunkSec: 6, acceptTruncated: false, overwrite: false, dataDir },
  tools: await findFfmpeg(),
  signal: stop.signal,
  onEvent: tell,
});
tell({ type: 'result', ...result });
