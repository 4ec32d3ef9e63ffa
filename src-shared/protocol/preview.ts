import { z } from 'zod';

/*
 * A film that is watched while it is made.
 */

export const previewParams = z.strictObject({
  id: z.string(),
  path: z.string().min(1).max(1024).describe('`master.m3u8`, or what a playlist names.'),
});
