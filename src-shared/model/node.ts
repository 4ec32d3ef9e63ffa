import { z } from 'zod';
import { resourceClass } from './plan.ts';
import { timeWindow } from './settings.ts';

/*
 * What a machine of the crew can do, and what its owner lets it do.
 */

/** How many tasks of each resource class a node does side by side. */
export const nodeSlots = z.record(resourceClass, z.number().int().nonnegative());
export type NodeSlots = z.infer<typeof nodeSlots>;

/** The reason of an encoder that waits for its trial. */
export const notTriedYet = 'not tried yet';

/** An encoder that FFmpeg lists, with what its trial came to. Hardware is believed after a trial. */
export const triedEncoder = z.object({
  /** FFmpeg's name: `libx264`, `h264_nvenc`. */
  name: z.string(),
  works: z.boolean(),
  /** FFmpeg's own words where it does not, or `notTriedYet`; null where it does. */
  reason: z.string().nullable(),
  /** Encoded picture throughput in 10^6 pixels a second, from the node's benchmark; null while it wasn't measured. */
  megapixelsPerSec: z.number().positive().nullable(),
});
export type TriedEncoder = z.infer<typeof triedEncoder>;

export const gpu = z.object({
  /** As FFmpeg counts them. */
  index: z.number().int().nonnegative(),
  model: z.string(),
  memoryBytes: z.number().int().nonnegative().nullable(),
});
export type Gpu = z.infer<typeof gpu>;

/** Why a node takes nothing new. */
export const busySign = z.enum([
  /** Its owner lends it at other hours. */
  'hours',
  'full-screen',
  'battery',
  'heat',
  'memory',
  /** The disk of its work folder is nearly full. */
  'disk',
  /** Other programs keep its processor busy. */
  'load',
]);
export type BusySign = z.infer<typeof busySign>;

/** What a node says of itself: at its greeting, and whenever that changes. What a later version says beside it is passed over. */
export const nodeOffer = z.object({
  slots: nodeSlots,
  /** True for the server's own node, which has the packages' folders: only it packages, validates and publishes. */
  packages: z.boolean(),
  cores: z.number().int().positive(),
  cpuModel: z.string().nullable(),
  memoryBytes: z.number().int().positive(),
  /** Free on the disk of its work folder; null where the system doesn't say. */
  diskFreeBytes: z.number().int().nonnegative().nullable(),
  platform: z.string(),
  ffmpegVersion: z.string(),
  gpus: z.array(gpu),
  encoders: z.array(triedEncoder),
  decoders: z.array(z.string()),
  filters: z.array(z.string()),
  /** Why it takes nothing new now, in one sentence (its hours, a game, battery, heat, load); null while it does. */
  busy: z.string().nullable(),
  /** What that sentence is about; null also of a node of another version, which doesn't say or says what is not known here. */
  busySign: busySign.nullable().catch(null),
  /** Of the hottest sensor; null where it can't be read. */
  temperatureC: z.number().nullable(),
});
export type NodeOffer = z.infer<typeof nodeOffer>;

/** What the owner allows a node. Kept by the server, sent to the node, obeyed there. */
export const nodeLimits = z.strictObject({
  /** At most so many tasks of each kind side by side; null leaves it to the machine. */
  slots: z.partialRecord(resourceClass, z.number().int().min(0).max(64)).nullable().default(null),
  /** Nice value of FFmpeg (POSIX): 0 is like everything else, 19 goes last. */
  niceness: z.number().int().min(0).max(19).default(10),
  /** Threads of one FFmpeg; null leaves it to FFmpeg. */
  threads: z.number().int().min(1).max(256).nullable().default(null),
  /** Hours in which it takes work, in its own time; none is always. */
  hours: z.array(timeWindow).default([]),
  pauseOnBattery: z.boolean().default(true),
  pauseInFullScreen: z.boolean().default(true),
  /** GPU for hardware encoders; null leaves it to FFmpeg. */
  gpuIndex: z.number().int().nonnegative().nullable().default(null),
  /** Cores that FFmpeg may use, as `taskset` lists them (`0-3,6`); null is all. */
  cpuSet: z
    .string()
    .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/, 'must be a list of cores such as 0-3,6')
    .nullable()
    .default(null),
  /** Takes nothing new above it; null never looks. */
  maxTemperatureC: z.number().min(30).max(120).nullable().default(null),
});
export type NodeLimits = z.infer<typeof nodeLimits>;

/** Words that jobs can ask for (`gpu-box`, `upstairs`). */
export const nodeTag = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens');

/** Where a folder of the server lies on the node: `/media/films` is `Z:\films` there. */
export const pathMap = z.strictObject({
  serverPath: z.string().min(1).max(4096),
  nodePath: z.string().min(1).max(4096),
  /** The node found it by itself; people write theirs without. */
  found: z.boolean().optional(),
});
export type PathMap = z.infer<typeof pathMap>;
