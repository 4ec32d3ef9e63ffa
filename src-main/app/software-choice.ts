import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { warning } from '#main/media/check/finding-of.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import type { Logger } from '#main/platform/logger.ts';
import { chooseEncoders } from '#main/stages/choose-encoders.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

export type Fallback = { ok: true; choice: EncoderChoice; findings: Finding[] } | { ok: false; message: string };

/** Software for every rendition that hardware made: which of them FFmpeg gave up at is not always said. */
export async function softwareChoice(
  plan: EncodePlan,
  because: string,
  choice: EncoderChoice,
  { tools, log, signal }: { tools: FfmpegTools; log: Logger; signal: AbortSignal },
): Promise<Fallback> {
  const hardware = new Set(plan.video.flatMap(({ encoders }) => encoders.filter(isHardwareEncoder)));
  const chosen = await chooseEncoders(plan, { tools, log }, signal, { besides: hardware });
  if (!chosen.ok) return chosen;
  const findings = plan.video.flatMap(({ id }) => {
    const [before, after] = [choice[id] ?? '', chosen.choice[id] ?? ''];
    if (before === after) return [];
    return [warning('encoder-fallback', id, `${before} failed (${because}): ${after} makes it instead`)];
  });
  return { ok: true, choice: chosen.choice, findings };
}
