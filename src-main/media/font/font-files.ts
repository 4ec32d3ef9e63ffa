import type { Finding } from '#shared/model/finding.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import { warning } from '../check/finding-of.ts';
import type { FontFace, ReadFont } from './font-faces.ts';
import { readFont } from './font-faces.ts';
import type { FontFormat } from './font-format.ts';
import { fontFormatNames } from './font-format.ts';

export type FontAttachment = {
  /** Stream index in the source. */
  index: number;
  /** As the container says it; never used as a path. */
  fileName: string | null;
  bytes: Uint8Array;
  /** Of the bytes, lower-case hex. */
  sha256: string;
};

export type FontFile = {
  /** Path in the package: `fonts/Arial.ttf`. */
  file: string;
  mimeType: string;
  /** For Matroska. */
  attachmentMimeType: string;
  format: FontFormat;
  sha256: string;
  /** The attachment it is made from. */
  index: number;
  faces: FontFace[];
};

export type FontFiles = {
  files: FontFile[];
  /** `file` is the package file that holds the same bytes. */
  left: { index: number; because: 'broken' | 'duplicate'; file: string | null }[];
  findings: Finding[];
};

/**
 * The fonts of a package from the attachments of a source: one file for each different content, under a name that is
 * safe and unique in any letter case, typed by what the bytes are. Broken fonts are left out with a warning, because a
 * player that loads one may lose them all.
 */
export function fontFiles(attachments: readonly FontAttachment[]): FontFiles {
  const result: FontFiles = { files: [], left: [], findings: [] };
  const taken = new Set<string>();
  for (const attachment of attachments) {
    const { index, sha256 } = attachment;
    const same = result.files.find((file) => file.sha256 === sha256);
    if (same !== undefined) {
      result.left.push({ index, because: 'duplicate', file: same.file });
      continue;
    }
    const font = readFont(attachment.bytes);
    if (!font.ok) {
      result.left.push({ index, because: 'broken', file: null });
      result.findings.push(brokenFont(attachment, font));
      continue;
    }
    const { mimeType, attachmentMimeType } = fontFormatNames[font.format];
    const file = `fonts/${uniqueName(fontName(attachment.fileName, font.format), taken)}`;
    result.files.push({ file, mimeType, attachmentMimeType, format: font.format, sha256, index, faces: font.faces });
  }
  return result;
}

function brokenFont({ index, fileName }: FontAttachment, font: Extract<ReadFont, { ok: false }>): Finding {
  const name = fileName === null ? 'a font without a name' : JSON.stringify(fileName.slice(0, 80));
  return warning(
    'font-broken',
    `stream ${index}`,
    `${name} is left out: ${brokenSentences[font.because]} (${font.detail})`,
  );
}

const brokenSentences = {
  'not-a-font': 'it is not a font',
  'cut-short': 'it ends too early',
  damaged: 'it is damaged',
  nameless: 'it has no family name, so no subtitle can ask for it',
} as const;

/** The last part of what may be a path of any system, with an extension that its content allows. */
function fontName(fileName: string | null, format: FontFormat): string {
  const base = (fileName ?? '').split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
  const [, stem = base, extension = ''] = /^(.*)\.([A-Za-z0-9]{1,5})$/s.exec(base) ?? [];
  const { extensions } = fontFormatNames[format];
  const fits = extensions.some((allowed) => allowed === extension.toLowerCase());
  const known = fits || /^(?:ttf|otf|ttc|otc|woff2?|dfont|pfb)$/i.test(extension);
  const safeStem = safeFileName(known || extension === '' ? stem : base, 150);
  return `${safeStem === 'untitled' ? 'font' : safeStem}.${fits ? extension.toLowerCase() : extensions[0]}`;
}

/** `Arial.ttf`, `Arial_2.ttf`: file systems of Windows and macOS hold `arial.ttf` for the same. */
function uniqueName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.');
  let unique = name;
  for (let n = 2; taken.has(unique.toLowerCase()); n += 1) unique = `${name.slice(0, dot)}_${n}${name.slice(dot)}`;
  taken.add(unique.toLowerCase());
  return unique;
}
