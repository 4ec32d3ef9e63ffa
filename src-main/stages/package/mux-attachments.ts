import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MuxAttachment } from '#main/media/command/file-mux-command.ts';
import { extractedAttachment, taskFolder } from '#main/media/command/work-layout.ts';
import { type FontAttachment, fontFiles } from '#main/media/font/font-files.ts';
import { fontFindings, matchFonts } from '#main/media/font/font-match.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import type { UsedFace } from '#main/media/subtitle/ass.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/**
 * The planned attachments for Matroska: fonts once each, under safe names and their true types, everything else as it was.
 * A broken font stays with the archive and is told. Faces that no font has are told too.
 */
export async function muxAttachments(
  plan: EncodePlan,
  facts: MediaFacts,
  work: string,
  faces: readonly { where: string; used: readonly UsedFace[] }[],
): Promise<{ attachments: MuxAttachment[]; findings: Finding[] }> {
  const pathOf = (index: number): string => join(work, taskFolder('extract', 'done'), extractedAttachment(index));
  const fonts: FontAttachment[] = [];
  const others: MuxAttachment[] = [];
  for (const { index, fileName, mimeType, kind } of facts.attachments) {
    if (!plan.attachments.includes(index)) continue;
    if (kind !== 'font') {
      others.push({
        path: pathOf(index),
        fileName: safeFileName(fileName ?? `attachment ${index}`),
        mimeType: plainType(mimeType),
      });
      continue;
    }
    const bytes = new Uint8Array(await readFile(pathOf(index)));
    fonts.push({ index, fileName, bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  const made = fontFiles(fonts);
  const sound = made.files.map(({ file, attachmentMimeType, index }) => ({
    path: pathOf(index),
    fileName: basename(file),
    mimeType: attachmentMimeType,
  }));
  const broken = made.left
    .filter(({ because }) => because === 'broken')
    .map(({ index }) => ({
      path: pathOf(index),
      fileName: safeFileName(fonts.find((font) => font.index === index)?.fileName ?? `attachment ${index}`),
      mimeType: 'application/octet-stream',
    }));
  const missing = faces.flatMap(({ where, used }) => fontFindings(matchFonts(used, made.files), where));
  return { attachments: [...sound, ...broken, ...others], findings: [...made.findings, ...missing] };
}

/** A MIME type that is one, or the one that claims nothing. */
function plainType(mimeType: string | null): string {
  return mimeType !== null && /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream';
}
