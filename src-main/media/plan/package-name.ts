import { safeFileName } from '#shared/format/safe-name.ts';

/** The package's name: the source's file name without its extension, safe for every file system (spaces kept). */
export function packageName(sourceFileName: string): string {
  const dot = sourceFileName.lastIndexOf('.');
  return safeFileName(dot > 0 ? sourceFileName.slice(0, dot) : sourceFileName);
}
