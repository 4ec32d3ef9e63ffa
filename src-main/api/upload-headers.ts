import { Metadata } from '@tus/server';
import { type UploadMetadata, uploadMetadata } from '#shared/protocol/uploads.ts';
import { RequestRefused, type RouteRequest } from './route.ts';

type Headers = RouteRequest<unknown, unknown, unknown>['headers'];

/** RequestRefused for who does not speak tus 1.0. */
export function demandTus(headers: Headers): void {
  if (headers['tus-resumable'] === '1.0.0') return;
  throw new RequestRefused('ENC-SYS-007', 'Uploads speak tus 1.0: send Tus-Resumable: 1.0.0 (see https://tus.io).', {
    headers: { 'Tus-Version': '1.0.0', 'Tus-Resumable': '1.0.0' },
  });
}

/** Of a POST that begins an upload; RequestRefused where it does not say how long that is, or says things wrongly. */
export function readUploadHeaders(headers: Headers): UploadMetadata & { sizeBytes: number } {
  const length = headers['upload-length'] ?? '';
  const sizeBytes = /^[1-9]\d{0,14}$/.test(length) ? Number(length) : null;
  if (sizeBytes === null) throw fault('upload-length', 'must be the size of the file, 1 byte or more');
  const parsed = uploadMetadata.safeParse(metadataOf(headers['upload-metadata']));
  if (parsed.success) return { ...parsed.data, sizeBytes };
  const [issue] = parsed.error.issues;
  throw fault('upload-metadata', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

/** Of a PATCH, before tus says it in its own words. */
export function demandUploadPart(headers: Headers): void {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(headers['upload-offset'] ?? '')) {
    throw fault('upload-offset', 'must be how many bytes were sent before; HEAD tells it');
  }
  if (headers['content-type'] !== 'application/offset+octet-stream') {
    throw new RequestRefused('ENC-SYS-009', 'A part of an upload is application/offset+octet-stream.');
  }
}

/** tus 1.0, creation: pairs joined by commas, a key and its value in Base64. */
function metadataOf(header: string | undefined): Record<string, string | null> {
  try {
    return header === undefined ? {} : Metadata.parse(header);
  } catch (error) {
    throw fault('upload-metadata', 'must be pairs joined by commas, each a key, a space and a value in Base64', error);
  }
}

function fault(header: string, message: string, cause?: unknown): RequestRefused {
  return new RequestRefused('ENC-SYS-007', { faults: [{ path: `headers.${header}`, message }] }, { cause });
}
