import { z } from 'zod';
import { dynamicRange } from '../model/facts.ts';
import { finding } from '../model/finding.ts';
import { decision, subtitleKind, videoCodec } from '../model/plan.ts';
import { newJob } from './jobs.ts';

/*
 * What a job would make of a film, before there is a job.
 */

/** `POST /plans`: as `POST /jobs`, without a place for the package. */
export const newPlan = z.strictObject({
  input: newJob.shape.input,
  profile: newJob.shape.profile,
  options: newJob.shape.options,
});

/** A stream of the film, as decisions name it (`stream 3`). */
const sourceStream = z.strictObject({
  index: z.number().int().nonnegative(),
  kind: z.enum(['picture', 'cover', 'sound', 'subtitle', 'attachment', 'other']),
  codec: z.string().nullable(),
  /** ISO 639-2/B; null when the film does not say. */
  language: z.string().nullable(),
  /** Its own name: of a track its title, of an attachment its file name. */
  title: z.string().nullable(),
  /** Pictures only. */
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
  /** Sound only. */
  channels: z.number().int().positive().nullable(),
});
export type SourceStream = z.infer<typeof sourceStream>;

export const planView = z.strictObject({
  /** The package's name. */
  name: z.string(),
  container: z.enum(['hls', 'mp4', 'mkv']),
  source: z.strictObject({
    sizeBytes: z.number().int().nonnegative(),
    durationSec: z.number().positive().nullable(),
    streams: z.array(sourceStream),
  }),
  durationSec: z.number().positive(),
  video: z.array(
    z.strictObject({
      id: z.string(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      codec: videoCodec,
      /** The one that would be taken now. */
      encoder: z.string(),
      dynamicRange,
      /** The average that is aimed at; null where quality decides. */
      targetBps: z.number().int().nullable(),
      /** What it never exceeds for long; null without a limit. */
      peakBps: z.number().int().nullable(),
    }),
  ),
  audio: z.array(
    z.strictObject({
      id: z.string(),
      streamIndex: z.number().int().nonnegative(),
      language: z.string().nullable(),
      name: z.string(),
      codec: z.string(),
      /** The film's own packets, as they are. */
      isCopy: z.boolean(),
      channels: z.number().int().positive().nullable(),
      bitrateBps: z.number().int().nullable(),
      isDefault: z.boolean(),
    }),
  ),
  subtitles: z.array(
    z.strictObject({
      id: z.string(),
      streamIndex: z.number().int().nonnegative(),
      language: z.string().nullable(),
      name: z.string(),
      kind: subtitleKind,
      /** `ass`, `vtt`, or how it lies in the file. */
      formats: z.array(z.string()),
      isDefault: z.boolean(),
    }),
  ),
  extras: z.strictObject({
    /** Pictures for the seek bar. */
    thumbnails: z.number().int().nonnegative(),
    chapters: z.number().int().nonnegative(),
    attachments: z.number().int().nonnegative(),
    /** The film itself goes into the package too. */
    original: z.boolean(),
  }),
  /** Everything that is dropped or changed, with its reason. */
  decisions: z.array(decision),
  /** Parts that the pictures are encoded in. */
  chunks: z.number().int().positive(),
  estimatedBytes: z.number().int().positive(),
  /** Whether it can't become larger than that. */
  isAtMost: z.boolean(),
  /** Encoding alone, once it begins and with the crew to itself; null while nobody's speed at it was measured. */
  encodeSec: z.number().nonnegative().nullable(),
  findings: z.array(finding),
});
export type PlanView = z.infer<typeof planView>;
