import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warning } from '#main/media/check/finding-of.ts';
import { extractedAttachment, taskFolder } from '#main/media/command/work-layout.ts';
import { type FontAttachment, fontFiles } from '#main/media/font/font-files.ts';
import { fontFindings, matchFonts } from '#main/media/font/font-match.ts';
import { fontsManifest } from '#main/media/package/fonts-manifest.ts';
import type { UsedFace } from '#main/media/subtitle/ass.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/** The planned font attachments of a job, read from its work folder; one that could not be taken out is a warning. */
export async function readFontAttachments(
  plan: EncodePlan,
  facts: MediaFacts,
  work: string,
): Promise<{ fonts: FontAttachment[]; findings: Finding[] }> {
  const fonts: FontAttachment[] = [];
  const findings: Finding[] = [];
  for (const index of plan.attachments) {
    const attachment = facts.attachments.find((one) => one.index === index);
    if (attachment?.kind !== 'font') continue;
    try {
      const bytes = new Uint8Array(
        await readFile(join(work, taskFolder('extract', 'done'), extractedAttachment(index))),
      );
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      fonts.push({ index, fileName: attachment.fileName, bytes, sha256 });
    } catch {
      findings.push(
        warning('font-missing-attachment', null, `attachment ${index} could not be taken out of the source`),
      );
    }
  }
  return { fonts, findings };
}

/** `fonts/` and `fonts.json` (S1 1.3), and a warning for each face or glyph that a styled subtitle draws and no font has. */
export async function writeFonts(
  plan: EncodePlan,
  facts: MediaFacts,
  work: string,
  staging: string,
  faces: readonly { where: string; used: readonly UsedFace[] }[],
): Promise<Finding[]> {
  const read = await readFontAttachments(plan, facts, work);
  const made = fontFiles(read.fonts);
  const bytesOf = new Map(read.fonts.map(({ index, bytes }) => [index, bytes]));
  if (made.files.length > 0) await mkdir(join(staging, 'fonts'), { recursive: true });
  for (const { file, index } of made.files) {
    await writeFile(join(staging, file), bytesOf.get(index) ?? new Uint8Array(), { flag: 'wx' });
  }
  if (faces.length > 0) await writeFile(join(staging, 'fonts.json'), fontsManifest(made.files), { flag: 'wx' });
  const missing = faces.flatMap(({ where, used }) => fontFindings(matchFonts(used, made.files), where));
  return [...read.findings, ...made.findings, ...missing];
}
