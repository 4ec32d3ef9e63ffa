import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { probe } from '#main/ffmpeg/probe.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { Unusable } from './unusable.ts';

/** The facts of a file that a command names. Throws Unusable for one that is no media, FfmpegNotFound without FFmpeg. */
export async function probeSource(path: string, signal: AbortSignal): Promise<MediaFacts> {
  const probed = await probe(path, { tools: await findFfmpeg(), log: silentLogger }, signal);
  if (!probed.ok) throw new Unusable(probed.message);
  return probed.facts;
}
