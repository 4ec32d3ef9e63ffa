import { z } from 'zod';

/*
 * The settings of a server as its owner sees and changes them.
 */

export const settingView = z.strictObject({
  key: z.string(),
  /** As it is set. */
  value: z.json(),
  /** As the server goes by it: another one until it starts again. */
  active: z.json(),
  /** `flag` and `environment` go before the file: such a value can't be changed here. */
  origin: z.enum(['default', 'file', 'environment', 'flag']),
  /** Where that is: `the flag --port`, `ENCREW_PORT`. */
  where: z.string(),
  default: z.json(),
  description: z.string(),
  /** JSON Schema of the value. */
  schema: z.record(z.string(), z.json()),
  /** The environment's name for it. */
  environmentName: z.string(),
  needsRestart: z.boolean(),
});
export type SettingView = z.infer<typeof settingView>;

export const settingList = z.strictObject({
  items: z.array(settingView),
  total: z.number().int().nonnegative(),
  nextCursor: z.null(),
  /** What is wrong with settings.json at present; the settings of before stay until it is right. */
  problem: z.string().nullable(),
});

/** New values by key; null goes back to the default. */
export const settingsPatch = z.record(z.string(), z.json());
