import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildCertificate, certificateText } from '#main/media/check/certificate.ts';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { beginOriginal } from '#main/stages/originals/begin-original.ts';
import type { OriginalsProfile } from '#shared/model/profile.ts';
import type { Store } from '#main/store/open-store.ts';
import { addJobIn } from '#main/queue/add-job.ts';
import { findJob } from '#main/queue/job-rows.ts';
import { jobOptions } from '#shared/model/job.ts';
import { builtIn } from './a-plan.ts';

export const filmText = 'the only copy of a film '.repeat(50);
export const packageText = 'what was made of it '.repeat(20);

/** Writes a film, and beside `output` a package of it with its certificate. */
export async function publishedFilm(source: string, output: string): Promise<void> {
  await mkdir(dirname(source), { recursive: true });
  await mkdir(dirname(output), { recursive: true });
  await writeFile(source, filmText);
  await writeFile(output, packageText);
  const { sizeBytes, fingerprint } = await fingerprintOfFile(source);
  const name = output.slice(output.lastIndexOf('/') + 1);
  const certificate = buildCertificate({
    createdAt: '2026-01-31T12:00:00.000Z',
    encrewVersion: '0.0.0',
    tools: {},
    source: { fileName: 'Film.mkv', sizeBytes, fingerprint, durationSec: null },
    profile: {},
    plan: {},
    streams: [],
    fonts: [],
    findings: [],
    files: [{ path: name, sizeBytes: packageText.length, sha256: await sha256OfFile(output) }],
  });
  await writeFile(`${output.replace(/\.[^./]+$/, '')}.encrew.json`, certificateText(certificate));
}

/** Adds a job that has just published `output`, and notes what its profile asks to do with the film: `{jobId}-original`. */
export async function completedJob(
  { db }: Store,
  jobId: string,
  { source, output, originals, nowMs }: { source: string; output: string; originals: OriginalsProfile; nowMs: number },
): Promise<void> {
  const recipe = { ...builtIn(output.endsWith('.m3u8') ? 'draft' : 'mp4-1080p'), originals };
  const film = await fingerprintOfFile(source);
  await db.transaction().execute(async (trx) => {
    await addJobIn(
      trx,
      {
        ...{
          id: jobId,
          input: source,
          outputDir: dirname(output),
          recipe,
          profileId: null,
          priority: 5,
          batchId: null,
        },
        options: jobOptions.parse({}),
        source: film,
        mounts: { input: null, output: null },
        createdBy: null,
        ttlMs: null,
      },
      nowMs,
    );
    await trx.updateTable('job').set({ state: 'completed', output }).where('id', '=', jobId).execute();
    const job = await findJob(trx, jobId);
    if (job !== null) await beginOriginal(trx, job, { id: `${jobId}-original`, nowMs });
  });
}

/** Every file below a folder with its content, hidden ones too; certificates and notes by `'json'`. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files: Record<string, string> = {};
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    files[path.slice(folder.length + 1)] = text === filmText ? 'film' : text === packageText ? 'package' : shown(text);
  }
  return files;
}

function shown(text: string): string {
  return text.startsWith('{') ? 'json' : text;
}
