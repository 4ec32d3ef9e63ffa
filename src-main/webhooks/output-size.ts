import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Clock } from '#main/platform/clock.ts';
import { certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';
import type { WebhookOutput } from '#shared/protocol/webhooks.ts';

/** A network disk that sleeps or is gone holds up no other news. */
const waitMs = 5_000;

/** What there is to say about a published package, by the certificate that lies with it: its size is null where that can't be read. */
export async function describeOutput(path: string, clock: Clock): Promise<WebhookOutput> {
  const size_bytes = await withinTime(certifiedBytes(path), clock);
  return { path, format: formats[extname(path).toLowerCase()] ?? null, size_bytes };
}

const formats: Readonly<Record<string, WebhookOutput['format']>> = { '.m3u8': 'hls', '.mp4': 'mp4', '.mkv': 'mkv' };

async function certifiedBytes(path: string): Promise<number | null> {
  const name = basename(path, extname(path));
  try {
    const found = parseCertificate(await readFile(join(dirname(path), `${name}${certificateSuffix}`), 'utf8'));
    return found === null ? null : found.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  } catch {
    return null;
  }
}

function withinTime(work: Promise<number | null>, clock: Clock): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(waitMs, () => resolve(null));
    work.finally(cancel).then(resolve, reject);
  });
}
