import { z } from 'zod';
import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls } from '../hls/observed-hls.ts';
import { resolveUri } from '../package-path.ts';
import { fontFormat } from '../../font/font-format.ts';
import { acceptedFontMimeTypes } from './font-mime-types.ts';

const path = 'fonts.json';

const manifest = z.array(z.object({ file: z.string(), mimeType: z.string() }));

/** `fonts.json` (S1 1.3): names every font of the package, each there and of the type it says. */
export function fonts(observed: ObservedHls): Finding[] {
  const stored = [...observed.files.keys()].filter((file) => /^fonts\/[^/]+$/.test(file));
  const text = observed.texts.get(path);
  if (text === undefined) {
    if (stored.length === 0) return [];
    return [
      warning('fonts-manifest-missing', path, `${stored.length} fonts, but no fonts.json: players won't load them`),
    ];
  }
  const entries = parseManifest(text);
  if (entries === null) return [error('fonts-manifest-invalid', path, 'is no list of {file, mimeType}')];

  const findings: Finding[] = [];
  const named = new Set<string>();
  for (const { file, mimeType } of entries) {
    const at = fileAt(observed, file);
    if (at === null) {
      findings.push(error('font-missing', path, `${file} is not in the package`));
      continue;
    }
    named.add(at);
    const kind = fontFormat(observed.heads.get(at) ?? new Uint8Array());
    if (kind === null) {
      findings.push(error('font-damaged', at, 'is no font'));
    } else if (!acceptedFontMimeTypes[kind].includes(mimeType)) {
      findings.push(warning('font-mime-type', path, `${file} is ${kind}, not ${mimeType}`));
    }
  }
  for (const file of stored.filter((font) => !named.has(font))) {
    findings.push(warning('font-unlisted', file, 'is not in fonts.json: players will not load it'));
  }
  return findings;
}

function parseManifest(text: string): z.infer<typeof manifest> | null {
  try {
    return manifest.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The names in fonts.json are file names in S1; a tool may also write URIs. */
function fileAt(observed: ObservedHls, file: string): string | null {
  if (observed.files.get(file)?.kind === 'file') return file;
  const resolved = resolveUri(path, file);
  return resolved.ok && observed.files.get(resolved.path)?.kind === 'file' ? resolved.path : null;
}
