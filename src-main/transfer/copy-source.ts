import { open, rename, rm, stat } from 'node:fs/promises';
import { codeOf } from '#main/platform/error-code.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import type { SourceFault, SourceReader } from './read-source.ts';

export type Copied = { ok: true } | { ok: false; because: 'no-room' | 'damaged' } | { ok: false; fault: SourceFault };

const windowBytes = 8 * 2 ** 20;

/**
 * Copies a source to `path`, going on with what an earlier try has brought. What lies at `path` is whole. Rejects with what
 * the signal was aborted with; what has come stays for the next time.
 *
 * @param path names this very source (its tag): no other may be gone on with
 */
export async function copySource(
  reader: SourceReader,
  { path, fingerprint }: { path: string; fingerprint: string },
  signal: AbortSignal,
): Promise<Copied> {
  const { sizeBytes } = reader;
  if ((await stat(path).catch(() => null))?.size === sizeBytes) return { ok: true };
  const partial = `${path}.part`;
  const file = await open(partial, 'a+');
  try {
    let at = (await file.stat()).size;
    while (at < sizeBytes) {
      const window = await reader.read(at, Math.min(sizeBytes, at + windowBytes) - 1, signal);
      if (!window.ok) return { ok: false, fault: window.fault };
      await file.writeFile(window.bytes);
      at += window.bytes.length;
    }
    await file.sync();
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '')) throw error;
    await rm(partial, { force: true });
    return { ok: false, because: 'no-room' };
  } finally {
    await file.close();
  }
  const copied = await fingerprintOfFile(partial);
  if (copied.sizeBytes !== sizeBytes || copied.fingerprint !== fingerprint) {
    await rm(partial, { force: true });
    return { ok: false, because: 'damaged' };
  }
  await rename(partial, path);
  return { ok: true };
}
