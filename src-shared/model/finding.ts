import { z } from 'zod';

/** An error rejects the package; a warning is shown; info is evidence for the curious. */
export const severity = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof severity>;

/** One thing that a check, a probe or a run has to say. `code` is stable (`hls-target-duration`), `message` is for people. */
export const finding = z.strictObject({
  code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  severity,
  message: z.string(),
  /** What it is about: a file relative to the package, a rendition id, or a source stream (`stream 3`); null is the whole. */
  where: z.string().nullable(),
});
export type Finding = z.infer<typeof finding>;
