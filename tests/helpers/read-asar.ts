import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/*
 * Electron's archive of an app: two sizes, the table as JSON, then the files one behind another. Read here by its own bytes,
 * so that what packs an app is not also what judges it.
 */

const file = z.object({
  size: z.number(),
  /** Bytes behind the table; none of a file that lies beside the archive. */
  offset: z.string().optional(),
  unpacked: z.boolean().optional(),
  integrity: z.object({ algorithm: z.string(), hash: z.string() }).optional(),
});
type AsarFile = z.infer<typeof file>;
const entry = z.union([file, z.object({ link: z.string() }), z.object({ files: z.record(z.string(), z.unknown()) })]);

export type Asar = {
  /** By path, such as `dist/desktop/main.mjs`. */
  files: ReadonlyMap<string, AsarFile>;
  /** One that is inside, or beside it because the system loads it from the disk. */
  textOf: (path: string) => Promise<string>;
};

/** Reads an archive; throws where it isn't one. */
export async function readAsar(path: string): Promise<Asar> {
  const bytes = await readFile(path);
  const behindTable = 8 + bytes.readUInt32LE(4);
  const table: unknown = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const files = new Map(filesOf(table, ''));
  return {
    files,
    textOf: async (name) => {
      if (files.get(name)?.unpacked === true) return readFile(join(`${path}.unpacked`, name), 'utf8');
      const { size, offset } = file.required({ offset: true }).parse(files.get(name));
      const from = behindTable + Number(offset);
      return bytes.toString('utf8', from, from + size);
    },
  };
}

function filesOf(node: unknown, path: string): [string, AsarFile][] {
  const found = entry.parse(node);
  if ('files' in found) {
    return Object.entries(found.files).flatMap(([name, below]) =>
      filesOf(below, path === '' ? name : `${path}/${name}`),
    );
  }
  return 'link' in found ? [] : [[path, found]];
}
