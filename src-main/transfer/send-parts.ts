import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#main/platform/clock.ts';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import {
  type CommitAnswer,
  commitAnswer,
  largestSliceBytes,
  type PartFault,
  type PartManifest,
} from '#shared/protocol/node-work.ts';
import { keepTrying, type Tried } from './keep-trying.ts';
import { LinkDown, refusalIn, type ServerClient, type ServerReply } from './server-client.ts';

export type Sent =
  /** `sec` is the time that bytes were on their way. */
  | { state: 'committed'; bytes: number; sec: number }
  | { state: 'refused'; because: PartFault | 'too-big'; message: string }
  /** Another's by now: the parts count for nothing. */
  | { state: 'lost' }
  /** On the server. */
  | { state: 'disk-full'; message: string };

export type Parcel = {
  lease: { taskId: string; attempt: number };
  /** Absolute; the files' paths are relative to it. */
  folder: string;
  files: readonly { path: string; sizeBytes: number }[];
  ffmpegVersion: string;
  decodeErrors: number;
};

export type SendDeps = { client: ServerClient; clock: Clock; signal: AbortSignal };

/** Tiles are many and small: the way there and back is what they cost. */
const filesAtOnce = 6;
/** After a cut a slice is sent again, so a bad line gets smaller ones. */
const smallestSliceBytes = 128 * 1024;
const checkingDelayMs = 1_000;

type Line = SendDeps & { parcel: Parcel; sent: { bytes: number; sliceBytes: number } };
type Refused = Exclude<Sent, { state: 'committed' }>;

/** Brings a task's parts to the server and has them committed. Waits out any outage; rejects only with what the signal was aborted with. */
export async function sendParts(parcel: Parcel, deps: SendDeps): Promise<Sent> {
  const line: Line = { ...deps, parcel, sent: { bytes: 0, sliceBytes: largestSliceBytes } };
  const files = await inParallel(parcel.files, 2, async (file) => ({
    ...file,
    sha256: await sha256OfFile(join(parcel.folder, ...file.path.split('/')), deps.signal),
  }));
  const { ffmpegVersion, decodeErrors } = parcel;
  const startedMs = deps.clock.monotonicMs();
  const first = await sendAll(line, { ffmpegVersion, decodeErrors, files });
  // What had come may have gone again with a folder that somebody cleared: what is there is not sent twice.
  const end =
    first.state === 'refused' && first.because === 'size'
      ? await sendAll(line, { ffmpegVersion, decodeErrors, files })
      : first;
  if (end.state !== 'committed') return end;
  return { state: 'committed', bytes: line.sent.bytes, sec: (deps.clock.monotonicMs() - startedMs) / 1000 };
}

/** Tells the server that nothing comes of an attempt; as far as it can be reached. */
export async function dropParts({ taskId, attempt }: Parcel['lease'], deps: Pick<SendDeps, 'client' | 'signal'>) {
  try {
    await deps.client({ method: 'DELETE', path: partsPath(taskId, attempt), signal: deps.signal });
  } catch (error) {
    if (!(error instanceof LinkDown) && !deps.signal.aborted) throw error;
  }
}

async function sendAll(line: Line, manifest: PartManifest): Promise<{ state: 'committed' } | Refused> {
  let refused: Refused | null = null;
  await inParallel(line.parcel.files, filesAtOnce, async (file) => {
    if (refused === null) refused = (await sendFile(line, file)) ?? refused;
  });
  return refused ?? commit(line, manifest);
}

/** Null when all of it is there. */
async function sendFile(line: Line, { path, sizeBytes }: Parcel['files'][number]): Promise<Refused | null> {
  const { taskId, attempt } = line.parcel.lease;
  const way = `${partsPath(taskId, attempt)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
  const file = await open(join(line.parcel.folder, ...path.split('/')), 'r');
  try {
    let offset = 0;
    // An empty file takes one request as well.
    for (let isBegun = false; !isBegun || offset < sizeBytes; isBegun = true) {
      const end = await keepTrying(async () => sendSlice(line, way, file, { offset, sizeBytes }), line);
      if (typeof end !== 'number') return end;
      if (end > sizeBytes) return { state: 'refused', because: 'size', message: `${path} is longer on the server` };
      offset = end;
    }
    return null;
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

/** How much of the file the server has then. */
async function sendSlice(
  { client, signal, sent }: Line,
  path: string,
  file: OpenFile,
  { offset, sizeBytes }: { offset: number; sizeBytes: number },
): Promise<Tried<number | Refused>> {
  const body = new Uint8Array(Math.min(sent.sliceBytes, sizeBytes - offset));
  const { bytesRead } = await file.read(body, 0, body.length, offset);
  if (bytesRead !== body.length) throw new Error(`a part became shorter while it was sent: ${path}`);
  const headers = { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
  let reply: ServerReply;
  try {
    reply = await client({ method: 'PATCH', path, headers, body, signal });
  } catch (error) {
    if (error instanceof LinkDown) sent.sliceBytes = Math.max(smallestSliceBytes, sent.sliceBytes / 2);
    throw error;
  }
  if (reply.status === 204) {
    sent.bytes += body.length;
    sent.sliceBytes = Math.min(largestSliceBytes, sent.sliceBytes * 2);
    return { again: false, value: offset + body.length };
  }
  const refusal = refusalIn(reply);
  if (refusal?.code === 'offset' && refusal.offset !== null) return { again: false, value: refusal.offset };
  return refusedBy(reply);
}

async function commit(line: Line, manifest: PartManifest): Promise<{ state: 'committed' } | Refused> {
  const { client, signal, clock, parcel } = line;
  const path = `${partsPath(parcel.lease.taskId, parcel.lease.attempt)}/commit`;
  const body = new TextEncoder().encode(JSON.stringify(manifest));
  const headers = { 'content-type': 'application/json' };
  return keepTrying<{ state: 'committed' } | Refused>(async () => {
    for (;;) {
      const reply = await client({ method: 'POST', path, headers, body, signal });
      if (reply.status !== 200 && reply.status !== 202) return refusedBy(reply);
      const answer = answerIn(reply);
      switch (answer.state) {
        case 'committed':
          return { again: false, value: { state: 'committed' } };
        case 'refused':
          return { again: false, value: answer };
        case 'checking':
          await new Promise<void>((resolve) => void clock.after(checkingDelayMs, resolve));
          signal.throwIfAborted();
      }
    }
  }, line);
}

/** What can't be helped; everything else is tried again. */
function refusedBy(reply: ServerReply): Tried<Refused> {
  const refusal = refusalIn(reply);
  switch (refusal?.code) {
    case 'lost':
    case 'stranger':
      return { again: false, value: { state: 'lost' } };
    case 'disk-full':
      return { again: false, value: { state: 'disk-full', message: refusal.message } };
    case 'too-big':
      return { again: false, value: { state: 'refused', because: 'too-big', message: refusal.message } };
    case 'nothing':
    case 'bad-request':
      return { again: false, value: { state: 'refused', because: 'names', message: refusal.message } };
    default:
      return { again: true };
  }
}

function answerIn({ body }: ServerReply): CommitAnswer {
  return commitAnswer.parse(JSON.parse(new TextDecoder().decode(body)));
}

function partsPath(taskId: string, attempt: number): string {
  return `/parts/${encodeURIComponent(taskId)}/${attempt}`;
}
