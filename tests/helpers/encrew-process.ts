import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

/** The line of `encode --json` for one input. */
const resultLine = z.strictObject({
  type: z.literal('result'),
  input: z.string(),
  state: z.enum(['completed', 'failed', 'refused']),
  output: z.string().nullable(),
  findings: z.array(z.object({ code: z.string(), severity: z.string(), message: z.string() })),
  error: z.string().nullable(),
});
export type ResultLine = z.infer<typeof resultLine>;

export type EncrewEnd = { code: number | null; results: ResultLine[]; stderr: string };

/** Encrew itself as a process of its own, with `--json`: what it printed and how it ended. */
export function encrew(args: readonly string[], cwd: string): Promise<EncrewEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, results: lines.map((line) => resultLine.parse(JSON.parse(line))), stderr });
    });
  });
}

/** Everything below a folder: content of files by hash, links and special files by kind. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true });
  const tree: Record<string, string> = {};
  for (const name of entries.sort()) {
    const path = join(folder, name);
    const found = await lstat(path);
    tree[name] = found.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : found.isDirectory()
        ? 'folder'
        : 'special';
  }
  return tree;
}
