import { type FileHandle, open } from 'node:fs/promises';
import type { JobLogPart, JobLogQuery } from '#shared/protocol/jobs.ts';

/** Most that is read of a log at once, bytes: a line that is longer is left out. */
const partBytes = 1_048_576;

/** The end of a log, or the part right before or after an offset; at most 1 MiB. Null where there is no log. */
export async function readJobLog(path: string, { before, after }: JobLogQuery): Promise<JobLogPart | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { size: sizeBytes } = await file.stat();
    const end = after === undefined ? Math.min(before ?? sizeBytes, sizeBytes) : Math.min(after + partBytes, sizeBytes);
    const start = after === undefined ? Math.max(0, end - partBytes) : Math.min(after, sizeBytes);
    const bytes = await readRange(file, start, end);
    const skipped = after === undefined && start > 0 ? bytes.indexOf(newline) + 1 : 0;
    const whole = bytes.lastIndexOf(newline) + 1;
    const isPartOfOne = whole <= skipped;
    return {
      lines: isPartOfOne ? [] : linesOf(bytes.subarray(skipped, whole).toString('utf8')),
      startByte: start + (isPartOfOne ? 0 : skipped),
      // Of a line that is being written the rest comes later; one that no part holds is passed over.
      endByte: isPartOfOne && bytes.length === partBytes ? end : start + whole,
      sizeBytes,
    };
  } finally {
    await file.close();
  }
}

const newline = 0x0a;

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}

/** A line that a crash cut off is left out. */
function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed: unknown = JSON.parse(line);
      return [parsed];
    } catch {
      return [];
    }
  });
}
