import { z } from 'zod';
import { type Fraction, reduced } from '#shared/model/fraction.ts';

/*
 * ffprobe's JSON as far as it is read here. Its fields come and go with version, container and codec, and numbers come as
 * text: everything is optional, and what makes no sense is unknown.
 */

const textOrNull = z
  .unknown()
  .optional()
  .transform((raw): string | null => {
    const text = typeof raw === 'string' ? raw.trim() : typeof raw === 'number' ? String(raw) : '';
    return text === '' || /^(unknown|unspecified|reserved|N\/A|none)$/i.test(text) ? null : text;
  });

const numberOrNull = z
  .unknown()
  .optional()
  .transform((raw): number | null => {
    const value =
      typeof raw === 'number' ? raw : typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  });

/** `24000/1001` or `16:15`; null for `0/0`, `0:1` and the like. */
const fractionOrNull = z
  .unknown()
  .optional()
  .transform((raw): Fraction | null => {
    const parts = typeof raw === 'string' ? /^(\d+)[/:](\d+)$/.exec(raw) : null;
    const [num, den] = [Number(parts?.[1] ?? 0), Number(parts?.[2] ?? 0)];
    return Number.isSafeInteger(num) && Number.isSafeInteger(den) && num > 0 && den > 0 ? reduced({ num, den }) : null;
  });

/** 1 is true, everything else is false. */
const flag = z
  .unknown()
  .optional()
  .transform((raw) => raw === 1 || raw === '1');

/** Keys in lower case: Matroska writes `LANGUAGE` or `language`, whoever muxed it. */
const tags = z
  .unknown()
  .optional()
  .transform((raw): ReadonlyMap<string, string> => {
    const entries = typeof raw === 'object' && raw !== null ? Object.entries(raw) : [];
    return new Map(entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key.toLowerCase(), value]] : [])));
  });

const sideData = z.record(z.string(), z.unknown());
export type SideData = z.infer<typeof sideData>;
const sideDataList = z.array(sideData).catch([]).default([]);

const colorFields = {
  color_primaries: textOrNull,
  color_transfer: textOrNull,
  color_space: textOrNull,
  color_range: textOrNull,
  chroma_location: textOrNull,
};

const probedStream = z.object({
  index: z.number().int().nonnegative(),
  codec_type: textOrNull,
  codec_name: textOrNull,
  profile: textOrNull,
  level: numberOrNull,
  width: numberOrNull,
  height: numberOrNull,
  sample_aspect_ratio: fractionOrNull,
  pix_fmt: textOrNull,
  field_order: textOrNull,
  ...colorFields,
  closed_captions: flag,
  r_frame_rate: fractionOrNull,
  avg_frame_rate: fractionOrNull,
  time_base: fractionOrNull,
  start_time: numberOrNull,
  duration: numberOrNull,
  bit_rate: numberOrNull,
  nb_frames: numberOrNull,
  sample_rate: numberOrNull,
  channels: numberOrNull,
  channel_layout: textOrNull,
  bits_per_sample: numberOrNull,
  bits_per_raw_sample: numberOrNull,
  extradata_size: numberOrNull,
  disposition: z.record(z.string(), z.unknown()).catch({}).default({}),
  tags,
  side_data_list: sideDataList,
});
export type ProbedStream = z.infer<typeof probedStream>;

const probedChapter = z.object({ start_time: numberOrNull, end_time: numberOrNull, tags });
export type ProbedChapter = z.infer<typeof probedChapter>;

/** `-show_format -show_streams -show_chapters` */
export const containerAnswer = z.object({
  streams: z.array(probedStream).default([]),
  chapters: z.array(probedChapter).default([]),
  format: z.object({
    format_name: z.string(),
    start_time: numberOrNull,
    duration: numberOrNull,
    bit_rate: numberOrNull,
    tags,
  }),
});
export type ContainerAnswer = z.infer<typeof containerAnswer>;

const probedFrame = z.object({
  stream_index: z.number().int(),
  interlaced_frame: z
    .unknown()
    .optional()
    .transform((raw) => (raw === 1 ? true : raw === 0 ? false : null)),
  top_field_first: flag,
  ...colorFields,
  side_data_list: sideDataList,
});
export type ProbedFrame = z.infer<typeof probedFrame>;

/** `-show_frames` */
export const framesAnswer = z.object({ frames: z.array(probedFrame).default([]) });

const probedPacket = z.object({
  stream_index: z.number().int(),
  pts_time: numberOrNull,
  dts_time: numberOrNull,
  duration_time: numberOrNull,
  flags: z.string().default(''),
});
export type ProbedPacket = z.infer<typeof probedPacket>;

/** `-show_packets` */
export const packetsAnswer = z.object({ packets: z.array(probedPacket).default([]) });
