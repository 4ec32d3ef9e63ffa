import type { DetailedError, Upload } from 'tus-js-client';
import { type FetchFault, type UploadView, uploadView } from '#shared/protocol/uploads.ts';
import { ApiFault, apiUrl, ask, changeHeaders, tell } from './client.ts';

/*
 * The two ways of a film to the server: this device sends it (tus 1.0), or the server fetches it by its web address.
 */

export type News = {
  progress: (bytes: number, sizeBytes: number | null) => void;
  named: (name: string) => void;
  there: (id: string) => void;
  failed: (error: ApiFault | null, fault: FetchFault | null) => void;
};

export type Carrier = {
  /** Begins, or goes on. */
  go: (news: News) => void;
  hold: () => void;
  /** Ends it, and takes what came off the server. */
  cancel: () => void;
};

const retryDelaysMs = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000];

/** A line that was lost is picked up again, also after a reload once the same file is chosen again. */
export function tusCarrier(file: File): Carrier {
  let upload: Promise<Upload> | null = null;
  let isWanted = false;
  return {
    go: (news) => {
      isWanted = true;
      upload ??= newUpload(file, news);
      // Held or taken off while the code for it was read.
      upload.then(
        (one) => (isWanted ? one.start() : undefined),
        (error: unknown) => {
          upload = null;
          news.failed(new ApiFault({ status: 0, code: 'UNREACHABLE', message: String(error) }), null);
        },
      );
    },
    hold: () => {
      isWanted = false;
      upload?.then((one) => one.abort()).catch(() => {});
    },
    cancel: () => {
      isWanted = false;
      // Nothing is lost where that fails: what nobody goes on with is deleted after a while.
      upload?.then((one) => one.abort(true)).catch(() => {});
    },
  };
}

async function newUpload(file: File, news: News): Promise<Upload> {
  const { Upload: TusUpload } = await import('tus-js-client');
  const upload = new TusUpload(file, {
    endpoint: apiUrl('/uploads'),
    metadata: { filename: file.name },
    retryDelays: retryDelaysMs,
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => {
      for (const [name, value] of Object.entries(changeHeaders())) request.setHeader(name, value);
    },
    onProgress: (bytes) => news.progress(bytes, file.size),
    onSuccess: () => news.there(upload.url?.split('/').at(-1) ?? ''),
    onError: (error) => news.failed(faultOf(error), null),
  });
  const [previous] = await upload.findPreviousUploads();
  if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
  return upload;
}

/** The server's own fault where it answered, else that it could not be reached. */
function faultOf(error: Error | DetailedError): ApiFault {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (answer === null) return new ApiFault({ status: 0, code: 'UNREACHABLE', message: error.message });
  return ApiFault.of(answer.getStatus(), answer.getBody());
}

const askEachMs = 1_000;

/** The server goes on by itself, whatever this page does; `id` is one that it has been told of before. */
export function webCarrier(url: string, id: string | null, onId: (id: string | null) => void): Carrier {
  let fetchedAs = id;
  let stop = new AbortController();
  const know = (next: string | null): void => {
    fetchedAs = next;
    onId(next);
  };
  const follow = async (news: News, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const film = await viewOf(signal);
      if (signal.aborted) return;
      news.named(film.name);
      news.progress(film.receivedBytes, film.sizeBytes);
      if (film.state === 'finished') {
        news.there(film.id);
        return;
      }
      if (film.state === 'failed') {
        // Whoever goes on begins anew.
        forget();
        news.failed(null, film.fetched?.fault ?? null);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, askEachMs));
    }
  };
  const viewOf = async (signal: AbortSignal): Promise<UploadView> => {
    if (fetchedAs !== null) return ask('GET', `/uploads/${fetchedAs}`, { answer: uploadView, signal });
    const film = await ask('POST', '/uploads/fetch', { body: { url }, answer: uploadView });
    know(film.id);
    // Cancelled before the server had answered.
    if (signal.aborted) forget();
    return film;
  };
  const forget = (): void => {
    const gone = fetchedAs;
    know(null);
    if (gone !== null) tell('DELETE', `/uploads/${gone}`).catch(() => {});
  };
  return {
    go: (news) => {
      stop = new AbortController();
      const { signal } = stop;
      follow(news, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        const fault = error instanceof ApiFault ? error : null;
        if (fault?.code === 'ENC-STO-001') know(null);
        news.failed(fault, fault?.code === 'ENC-AUTH-003' ? { code: 'off', status: null } : null);
      });
    },
    hold: () => stop.abort(),
    cancel: () => {
      stop.abort();
      forget();
    },
  };
}
