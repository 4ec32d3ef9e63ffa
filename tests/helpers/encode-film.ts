import { join, dirname } from 'node:path';
import { encodeJob } from '#main/app/encode-job.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import { type Profile, type ProfileInput, profile } from '#shared/model/profile.ts';
import { thisFfmpeg } from './this-ffmpeg.ts';

export type EncodedFilm = {
  /** The master playlist, the MP4 or the MKV. */
  main: string;
  /** Where it lies: the package's own folder for HLS. */
  folder: string;
  plan: EncodePlan;
  findings: readonly Finding[];
};

/** A built-in profile with parts replaced; its pictures become 320x180 where `video` says nothing else. */
export function testProfile(base: string, over: Partial<ProfileInput> = {}): Profile {
  const found = builtInProfiles.find(({ name }) => name === base);
  if (found === undefined) throw new Error(`no built-in profile ${base}`);
  const video = {
    ...found.video,
    ladder: [{ width: 320, height: 180, bitrateBps: 400_000 }],
    encoders: ['libx264'],
    preset: 'ultrafast',
    gopSec: 1,
    profile: null,
    pixelFormat: null,
  };
  return profile.parse({
    ...found,
    thumbnails: null,
    segment: { durationSec: 2 },
    ...over,
    video: { ...video, ...over.video },
  });
}

/** A film by the whole product, in chunks of four seconds, into a new folder inside `folder`. Throws what the job says of itself. */
export async function encodeFilm(input: string, folder: string, by: Profile): Promise<EncodedFilm> {
  let plan: EncodePlan | null = null;
  const result = await encodeJob({
    input,
    outDir: join(folder, by.name),
    profile: by,
    options: { chunkSec: 4, acceptTruncated: false, overwrite: false, dataDir: join(folder, 'data') },
    tools: await thisFfmpeg(),
    clock: systemClock,
    log: silentLogger,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'planned') plan = event.plan;
    },
    encrewVersion: '0.0.0',
  });
  if (result.output === null || plan === null) {
    throw new Error(`${result.state}: ${result.error?.message ?? 'no output'}\n${JSON.stringify(result.findings)}`);
  }
  return { main: result.output, folder: dirname(result.output), plan, findings: result.findings };
}
