import { z } from 'zod';
import { finding } from './finding.ts';
import { fraction } from './fraction.ts';

/*
 * What was made, checked and found, kept with the package as `{name}.encrew.json`: years later it proves that no file
 * changed. It holds no path but those of the package.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');

/** A file of the package: relative, with slashes, and never out of it. */
const packagePath = z
  .string()
  .min(1)
  .refine((path) => !/[\0\\]/.test(path) && path.split('/').every((name) => !['', '.', '..'].includes(name)), {
    message: 'must be a path inside the package',
  });

export const certifiedFile = z.strictObject({
  path: packagePath,
  sizeBytes: z.number().int().nonnegative(),
  sha256,
});
export type CertifiedFile = z.infer<typeof certifiedFile>;

/** A stream as its own headers describe it; unknown is null. */
export const certifiedStream = z.strictObject({
  /** Rendition id (`video_1280x720`), or `track 2` of a single file. */
  id: z.string(),
  kind: z.enum(['video', 'audio', 'subtitle', 'other']),
  /** RFC 6381; Matroska's codec ID in an MKV. */
  codec: z.string().nullable(),
  /** Pictures, or packets of sound. */
  frames: z.number().int().nonnegative().nullable(),
  durationSec: z.number().nonnegative().nullable(),
  language: z.string().nullable(),
  video: z
    .strictObject({
      widthPx: z.number().int().positive(),
      heightPx: z.number().int().positive(),
      frameRate: fraction.nullable(),
      videoRange: z.enum(['SDR', 'PQ', 'HLG']),
      /** Code points of ITU-T H.273. */
      color: z
        .strictObject({
          primaries: z.number().int(),
          transfer: z.number().int(),
          matrix: z.number().int(),
          fullRange: z.boolean().nullable(),
        })
        .nullable(),
    })
    .nullable(),
  audio: z
    .strictObject({ channels: z.number().int().nullable(), sampleRateHz: z.number().int().nullable() })
    .nullable(),
});
export type CertifiedStream = z.infer<typeof certifiedStream>;

export const certifiedSource = z.strictObject({
  /** Without its folder. */
  fileName: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** SHA-256 over the first and the last mebibyte: tells which file it was without reading all of it. */
  fingerprint: sha256,
  durationSec: z.number().positive().nullable(),
});
export type CertifiedSource = z.infer<typeof certifiedSource>;

export const certificate = z.strictObject({
  format: z.literal(1),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  encrewVersion: z.string(),
  /** Versions by program (`ffmpeg`: `5.1.9`). */
  tools: z.record(z.string(), z.string()),
  source: certifiedSource.nullable(),
  /** The profile and the plan as they were, whatever version of Encrew wrote them. */
  profile: z.json(),
  plan: z.json(),
  streams: z.array(certifiedStream),
  /** Faces of the fonts that travel with the package. */
  fonts: z.array(z.strictObject({ path: packagePath, family: z.string().nullable() })),
  /** What the check said when the package was made. */
  findings: z.array(finding),
  /** Every file of the package but this one. */
  files: z.array(certifiedFile),
});
export type Certificate = z.infer<typeof certificate>;

/** Ending of a certificate's name; before it stands the package's name. */
export const certificateSuffix = '.encrew.json';

/** Null where the text is no certificate of this format: damaged, or of a later version. */
export function parseCertificate(text: string): Certificate | null {
  try {
    return certificate.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
