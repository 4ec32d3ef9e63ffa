import { trialEncode } from '#main/ffmpeg/capabilities.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

export type EncodersChosen =
  | { ok: true; choice: EncoderChoice; passedOver: readonly PassedOver[] }
  | { ok: false; message: string };

/** An encoder that came earlier in the cascade and was not taken, with FFmpeg's reason. */
export type PassedOver = { encoder: string; reason: string };

/**
 * One encoder for each rendition of the job, for all of its chunks: the crew's choice, or the first of the profile's cascade
 * that works on this machine. Hardware is believed after a trial; sound encoders must be there too, or a night's work would
 * end at the mux.
 *
 * @param known `besides` are encoders that already failed in this job; `crew` is what several machines have in common
 */
export async function chooseEncoders(
  plan: EncodePlan,
  deps: ProbeDeps,
  signal: AbortSignal,
  known: { besides?: ReadonlySet<string>; crew?: Omit<Extract<EncodersChosen, { ok: true }>, 'ok'> | null } = {},
): Promise<EncodersChosen> {
  const video: EncodersChosen =
    known.crew == null
      ? await tryVideo(plan, deps, signal, known.besides ?? new Set())
      : { ok: true, choice: known.crew.choice, passedOver: known.crew.passedOver };
  if (!video.ok) return video;
  for (const { encoder } of plan.audio) {
    if (encoder === null) continue;
    const trial = await trialEncode(encoder, deps, signal);
    if (!trial.works) return { ok: false, message: noneWorks([encoder], [{ encoder, reason: trial.reason }]) };
  }
  return video;
}

async function tryVideo(
  plan: EncodePlan,
  deps: ProbeDeps,
  signal: AbortSignal,
  besides: ReadonlySet<string>,
): Promise<EncodersChosen> {
  const choice: Record<string, string> = {};
  const passedOver = new Map<string, PassedOver>();
  for (const rendition of plan.video) {
    for (const encoder of rendition.encoders) {
      const trial = besides.has(encoder)
        ? { works: false as const, reason: 'it failed in this job' }
        : await trialEncode(encoder, deps, signal);
      if (trial.works) {
        choice[rendition.id] = encoder;
        break;
      }
      passedOver.set(encoder, { encoder, reason: trial.reason });
    }
    if (choice[rendition.id] === undefined) {
      return { ok: false, message: noneWorks(rendition.encoders, [...passedOver.values()]) };
    }
  }
  return { ok: true, choice, passedOver: [...passedOver.values()] };
}

function noneWorks(wanted: readonly string[], failures: readonly PassedOver[]): string {
  const why = failures
    .filter(({ encoder }) => wanted.includes(encoder))
    .map(({ encoder, reason }) => `${encoder}: ${reason}`)
    .join('; ');
  return `no encoder of the profile works here (${why}): choose another profile, or an FFmpeg that has one of them`;
}
