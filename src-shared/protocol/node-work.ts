import { z } from 'zod';

/*
 * How a far node reaches a job's source, and how its parts come back: HTTP under `/nodes/v1`, over the link of the pairing and
 * only for leases that the node holds. Paths of parts are relative to the task's folder, with forward slashes. As in node.ts,
 * words of a newer version are passed over.
 */

/** Every refusal is this, with a status: the code is for programs, the message for people. */
export const workRefusal = z.object({
  code: z.enum([
    /** The sender is no node that is let in. */
    'stranger',
    /** The lease is another's by now: what was made under it counts for nothing. */
    'lost',
    /** The source is another file than the one that was planned. */
    'changed',
    /** The source can't be read just now. */
    'away',
    /** There is no such thing, or no such part of it. */
    'nothing',
    /** The part is longer on the server, or shorter, than the sender thought: `offset` says how long. */
    'offset',
    'too-big',
    'disk-full',
    /** Too much at once: later. */
    'busy',
    'bad-request',
    /** A fault of the server itself; the same may work later. */
    'fault',
  ]),
  message: z.string(),
  offset: z.number().int().nonnegative().nullable(),
});
export type WorkRefusal = z.infer<typeof workRefusal>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Blocks of a source that a node has found by itself, as it believes. */
export const challengeBlockBytes = 64 * 1024;
export const mostChallengeBlocks = 64;
export const challenge = z.object({
  /** New for each challenge, so that no answer can be known before. */
  nonce: z.string().regex(/^[0-9a-f]{32,128}$/),
  offsets: z.array(z.number().int().nonnegative()).min(1).max(mostChallengeBlocks),
});
export type Challenge = z.infer<typeof challenge>;
export const challengeAnswer = z.object({ hashes: z.array(sha256) });

/** A finished task's parts, as they should lie on the server. */
export const partManifest = z.object({
  ffmpegVersion: z.string().max(200),
  decodeErrors: z.number().int().nonnegative(),
  files: z
    .array(z.object({ path: z.string().max(300), sizeBytes: z.number().int().nonnegative(), sha256 }))
    .max(50_000),
});
export type PartManifest = z.infer<typeof partManifest>;

/** Why parts are not taken. */
export const partFault = z.enum(['names', 'size', 'hash', 'pictures', 'layout']);
export type PartFault = z.infer<typeof partFault>;

export const commitAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('committed') }),
  /** Not through yet: ask again. */
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('refused'), because: partFault, message: z.string() }),
]);
export type CommitAnswer = z.infer<typeof commitAnswer>;

/** What an earlier task of a job has left on the server, for a task that needs it. */
export const partList = z.object({
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number().int().nonnegative() })),
});

/** Work folders that a node has: which of them a job may still go on in. */
export const folderQuestion = z.object({ folderKeys: z.array(z.string().max(100)).max(1000) });
export const folderAnswer = z.object({ needed: z.array(z.string()) });

/** Most bytes of a part in one request. */
export const largestSliceBytes = 4 * 2 ** 20;
