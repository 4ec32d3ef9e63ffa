import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '#main/platform/error-code.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import type { SourceRecord } from '#main/queue/probe-job.ts';
import { hashBlocks } from '#main/transfer/challenge.ts';
import { sourceTag } from '#main/transfer/source-tag.ts';
import type { Challenge } from '#shared/protocol/node-work.ts';
import { byteRange } from '../byte-range.ts';
import { type WorkAnswer, WorkRefused } from './work-answer.ts';

/** Sends a part of a source. Only as long as it is the file that was planned, and the one that the node means. */
export async function sendSource(
  source: SourceRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<WorkAnswer> {
  const file = await openSource(source);
  try {
    const tag = sourceTag(source);
    if (request.headers['if-match'] !== tag)
      throw new WorkRefused('changed', 'You mean another file than this job reads.');
    const range = byteRange(request.headers.range, source.sizeBytes);
    if (range === 'unsatisfiable') throw new WorkRefused('nothing', `The source has ${source.sizeBytes} bytes.`);
    const { first, last } = range ?? { first: 0, last: source.sizeBytes - 1 };
    response.writeHead(range === null ? 200 : 206, {
      'Content-Length': last - first + 1,
      ...(range === null ? {} : { 'Content-Range': `bytes ${first}-${last}/${source.sizeBytes}` }),
      ...{ ETag: tag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' },
    });
    if (source.sizeBytes === 0) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
    return 'answered';
  } catch (error) {
    // The node has gone, and asks again for what it lacks.
    if (response.headersSent) return 'answered';
    throw error;
  } finally {
    await file.close();
  }
}

/** Hashes the blocks that a node asks for, of the file that was planned. */
export async function answerChallenge(source: SourceRecord, { nonce, offsets }: Challenge): Promise<WorkAnswer> {
  await (await openSource(source)).close();
  if (offsets.some((offset) => offset >= source.sizeBytes)) {
    throw new WorkRefused('bad-request', `The source has ${source.sizeBytes} bytes.`);
  }
  return { status: 200, body: { hashes: await hashBlocks(source.path, nonce, offsets) } };
}

/** Files whose fingerprint was right when they looked like this; every window of a film would read two mebibytes more otherwise. */
const proven = new Map<string, string>();
const mostProven = 1000;

async function openSource(source: SourceRecord): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(source.path, 'r');
  } catch (error) {
    throw new WorkRefused('away', `The source can't be opened (${codeOf(error) ?? 'unknown'}).`);
  }
  try {
    const { size, mtimeMs, ctimeMs, dev, ino } = await file.stat();
    const isSameLook = size === source.sizeBytes && mtimeMs === source.modifiedMs;
    const look = [dev, ino, size, mtimeMs, ctimeMs].join();
    if (!isSameLook || !(await isProven(source, look))) {
      throw new WorkRefused('changed', 'The source changed after the job was planned.');
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function isProven({ path, fingerprint }: SourceRecord, look: string): Promise<boolean> {
  if (proven.get(path) === `${fingerprint} ${look}`) return true;
  if ((await fingerprintOfFile(path)).fingerprint !== fingerprint) return false;
  if (proven.size >= mostProven) proven.clear();
  proven.set(path, `${fingerprint} ${look}`);
  return true;
}
