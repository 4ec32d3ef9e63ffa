import { FfmpegNotFound } from '#main/ffmpeg/find.ts';
import { IdentityUnusable } from '#main/platform/identity.ts';
import { StoreUnusable } from '#main/store/store-unusable.ts';
import { ServerUnusable } from './server-unusable.ts';

/** What people have to do before a server or node can start, in one line; null for an error that nobody foresaw. */
export function whyRefused(error: unknown): string | null {
  const kinds = [ServerUnusable, FfmpegNotFound, IdentityUnusable, StoreUnusable];
  return error instanceof Error && kinds.some((kind) => error instanceof kind) ? error.message : null;
}
