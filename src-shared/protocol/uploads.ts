import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * Films that people send to the server. They are sent by tus 1.0 (https://tus.io): POST begins one, PATCH sends the rest, HEAD tells how
 * much is there.
 */

export const uploadParams = z.strictObject({ id: z.uuid() });

export const uploadView = z.strictObject({
  id: z.string(),
  /** What POST /jobs takes as its input. */
  input: z.string(),
  name: z.string(),
  state: z.enum(['receiving', 'finished']),
  sizeBytes: z.number().int().positive(),
  receivedBytes: z.number().int().nonnegative(),
  sha256: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** When it is deleted unless it is finished. */
  expiresAt: z.iso.datetime().nullable(),
});
export type UploadView = z.infer<typeof uploadView>;

export const uploadList = pageOf(uploadView);
export const uploadsQuery = z.strictObject(pageQuery);

/** Decoded values of Upload-Metadata. */
export const uploadMetadata = z.object({
  filename: z.string().min(1).max(1_000).default('upload'),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 in hex')
    .transform((text) => text.toLowerCase())
    .nullable()
    .default(null),
});
export type UploadMetadata = z.infer<typeof uploadMetadata>;
