import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * Films that people send to the server. They are sent by tus 1.0 (https://tus.io): POST begins one, PATCH sends the rest, HEAD tells how
 * much is there. Others the server fetches itself, by an address that somebody names.
 */

export const uploadParams = z.strictObject({ id: z.uuid() });

/** Why a film did not come from its address; pages say it in their own words. */
export const fetchFault = z.strictObject({
  code: z.enum([
    /** The owner of the server wants no films from addresses. */
    'off',
    /** It leads to the server's own machine, or to nobody. */
    'address',
    /** It leads into a private network, where this person or this server may not go. */
    'network',
    'name',
    'unreachable',
    'certificate',
    'silent',
    'redirect',
    'status',
    'encoded',
    'empty',
    'broken',
    'changed',
    'too-large',
    'no-space',
    'disk',
  ]),
  /** HTTP status that was answered; null where that was not the fault. */
  status: z.number().int().nullable(),
});
export type FetchFault = z.infer<typeof fetchFault>;

export const uploadView = z.strictObject({
  id: z.string(),
  /** What POST /jobs takes as its input. */
  input: z.string(),
  name: z.string(),
  /** `failed`: a film of an address that did not come. */
  state: z.enum(['receiving', 'finished', 'failed']),
  /** Null for a film of an address whose server has not said it. */
  sizeBytes: z.number().int().positive().nullable(),
  receivedBytes: z.number().int().nonnegative(),
  sha256: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** When it is deleted unless it is finished. */
  expiresAt: z.iso.datetime().nullable(),
  /** A film that the server fetches; null for one that was sent, and for one that has come. */
  fetched: z
    .strictObject({
      /** Its address, without what is secret in it. */
      from: z.string(),
      fault: fetchFault.nullable(),
    })
    .nullable(),
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

/** A film that the server shall fetch by its web address. */
export const fetchWish = z.strictObject({
  url: z
    .string()
    .max(8_000)
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
      error: 'must be a web address such as https://example.org/film.mkv',
      abort: true,
    })
    .refine((text) => {
      const url = URL.parse(text);
      return url?.username === '' && url.password === '';
    }, 'must not hold a user name or password: whoever reads the address would have them'),
  /** What the film shall be called; by its server or its address when left out. */
  name: z.string().min(1).max(1_000).optional(),
});
