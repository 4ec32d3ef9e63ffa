import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './atomic-file.ts';
import { codeOf } from './error-code.ts';

/** `{data}/settings.json`. */
export function settingsPath(dataDir: string): string {
  return join(dataDir, 'settings.json');
}

const fileShape = z.record(z.string(), z.unknown());

/** What the file holds, nothing where there is none; or one line that says why it can't be read. */
export async function readSettingsFile(
  path: string,
): Promise<{ ok: true; values: Record<string, unknown> } | { ok: false; message: string }> {
  let text: string;
  try {
    // Windows' editor puts a mark before it.
    text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { ok: true, values: {} };
    return { ok: false, message: `${path} can't be read (${codeOf(error) ?? String(error)}): see to its rights` };
  }
  try {
    const parsed = fileShape.safeParse(JSON.parse(text));
    if (parsed.success) return { ok: true, values: parsed.data };
    return { ok: false, message: `${path} is not an object of settings: write { "port": 7420 }, or delete it` };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, message: `${path} is not JSON: ${error.message}; repair or delete it` };
  }
}

/** Writes the file, for its owner alone. Throws what the system says; then it is as it was. */
export async function writeSettingsFile(path: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  // A link stays one: some keep their settings elsewhere and link to them.
  const target = await realpath(path).catch(() => path);
  await writeFileAtomically(target, `${JSON.stringify(values, null, 2)}\n`, undefined, 0o600);
}
