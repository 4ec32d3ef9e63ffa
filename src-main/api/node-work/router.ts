import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { holdsLease, jobOfNode, neededFolders } from '#main/fleet/held-lease.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import type { Database } from '#main/store/schema.ts';
import { pathMap } from '#shared/model/node.ts';
import {
  challenge,
  type CommitAnswer,
  type folderAnswer,
  folderQuestion,
  largestSliceBytes,
  type PartManifest,
  partManifest,
} from '#shared/protocol/node-work.ts';
import { addFoundPathMap } from './found-path-map.ts';
import { answerChallenge, sendSource } from './node-source.ts';
import { readBody, readJson } from './read-body.ts';
import { refused, tell, type WorkAnswer, WorkRefused } from './work-answer.ts';

/*
 * What far nodes ask over the link of their pairing, below `/nodes/v1`: sources of jobs that they have a task of, and a place
 * for the parts that they made. No part of the API for people: another door, another proof of who asks.
 */

/** Where parts come in. Who calls has made sure that the lease is held. */
export type PartDesk = {
  /** How much of a part is there. Null for a file that the task doesn't make. */
  received: (lease: Lease, path: string) => Promise<number | null>;
  append: (lease: Lease, path: string, offset: number, bytes: Uint8Array) => Promise<Appended>;
  /** The same question twice has the same answer. */
  commit: (lease: Lease, manifest: PartManifest) => Promise<CommitAnswer | 'lost'>;
  /** Deletes what has come of an attempt. */
  drop: (lease: Lease) => Promise<void>;
  /** Deletes what has come of attempts that nobody holds any more: of one task, or of all there are. */
  sweep: (taskId: string | null) => Promise<void>;
  /** What an extract task has left for the tasks after it; null where there is nothing yet. */
  extracted: (folderKey: string) => Promise<{ path: string; sizeBytes: number }[] | null>;
  /** Absolute path of one of them. */
  extractedFile: (folderKey: string, path: string) => string;
};

export type Appended =
  | { ok: true }
  /** `received` bytes are there. */
  | { ok: false; because: 'offset'; received: number }
  | { ok: false; because: 'nothing' | 'too-big' | 'disk-full' | 'lost' };

export type NodeWorkDeps = {
  db: Kysely<Database>;
  parts: PartDesk;
  log: Logger;
  /** Who asks, by the key of its TLS certificate; null for a stranger and for a node that was revoked. */
  nodeOf: (request: IncomingMessage) => Promise<string | null>;
  /** Gives a lease back that ran out in an outage, where nobody took it since. */
  takeUp: (lease: Lease) => Promise<boolean>;
};

/** Requests of one node at a time: six parts, and what its encoders read. */
const mostAtOnce = 64;
/** A day of film has some ten thousand thumbnails. */
const largestManifestBytes = 8 * 2 ** 20;
const largestQuestionBytes = 256 * 1024;

type Asked = { nodeId: string; request: Request; response: Response };
type Work = (asked: Asked) => Promise<WorkAnswer>;

/** The routes, to be mounted at `/nodes/v1`. */
export function nodeWorkRouter(deps: NodeWorkDeps): Router {
  const router = Router({ caseSensitive: true });
  const serve = servedBy(deps);
  const { db, parts } = deps;
  const jobOf = async ({ nodeId, request }: Asked) => {
    const jobId = textOf(request, 'jobId');
    const job = await jobOfNode(db, nodeId, jobId);
    if (job === null) throw new WorkRefused('lost', `You have no task of job ${jobId.slice(0, 100)}.`);
    return { jobId, ...job };
  };
  const leaseOf = async ({ nodeId, request }: Asked): Promise<Lease> => {
    const attempt = Number(textOf(request, 'attempt'));
    if (!Number.isSafeInteger(attempt) || attempt < 1) throw new WorkRefused('nothing', 'There is no such attempt.');
    const lease = { taskId: textOf(request, 'taskId'), nodeId, attempt };
    // After an outage parts may come before the greeting.
    if ((await holdsLease(db, lease)) || (await deps.takeUp(lease))) return lease;
    await parts.sweep(lease.taskId);
    throw new WorkRefused('lost', `Attempt ${attempt} of ${lease.taskId.slice(0, 200)} is not yours.`);
  };

  router.get(
    '/sources/:jobId',
    serve(async (asked) => {
      const { source } = await jobOf(asked);
      return sendSource(source, asked.request, asked.response);
    }),
  );
  router.post(
    '/sources/:jobId/challenge',
    serve(async (asked) => {
      const { source } = await jobOf(asked);
      return answerChallenge(source, await readJson(asked.request, challenge, largestQuestionBytes));
    }),
  );
  router.post(
    '/path-maps',
    serve(async ({ nodeId, request }) => {
      await addFoundPathMap(db, nodeId, await readJson(request, pathMap, largestQuestionBytes));
      return { status: 204 };
    }),
  );
  router.post(
    '/folders',
    serve(async ({ request }) => {
      const { folderKeys } = await readJson(request, folderQuestion, largestQuestionBytes);
      const needed = await neededFolders(db, folderKeys);
      return { status: 200, body: { needed } satisfies z.input<typeof folderAnswer> };
    }),
  );
  router.get(
    '/jobs/:jobId/extracted',
    serve(async (asked) => {
      const files = await parts.extracted((await jobOf(asked)).folderKey);
      if (files === null) throw new WorkRefused('nothing', 'Nothing of this job is extracted yet.');
      return { status: 200, body: { files } };
    }),
  );
  router.get(
    '/jobs/:jobId/extracted/*path',
    serve(async (asked) => {
      const { folderKey } = await jobOf(asked);
      const path = filePath(asked.request);
      const files = await parts.extracted(folderKey);
      if (files?.some((file) => file.path === path) !== true)
        throw new WorkRefused('nothing', 'There is no such file.');
      await pipeline(createReadStream(parts.extractedFile(folderKey, path)), asked.response);
      return 'answered';
    }),
  );
  router.head(
    '/parts/:taskId/:attempt/files/*path',
    serve(async (asked) => {
      const received = await parts.received(await leaseOf(asked), filePath(asked.request));
      if (received === null) throw new WorkRefused('nothing', 'The task makes no such file.');
      return { status: 200, headers: { 'Upload-Offset': String(received), 'Cache-Control': 'no-store' } };
    }),
  );
  router.patch(
    '/parts/:taskId/:attempt/files/*path',
    serve(async (asked) => {
      const { request } = asked;
      const offset = Number(request.headers['upload-offset'] ?? Number.NaN);
      if (!Number.isSafeInteger(offset) || offset < 0)
        throw new WorkRefused('bad-request', 'Upload-Offset is missing.');
      await leaseOf(asked);
      const bytes = await readBody(request, largestSliceBytes);
      // The body may have taken its time.
      const appended = await parts.append(await leaseOf(asked), filePath(request), offset, bytes);
      if (appended.ok) return { status: 204, headers: { 'Upload-Offset': String(offset + bytes.length) } };
      if (appended.because === 'offset') {
        throw new WorkRefused('offset', `${appended.received} bytes are there.`, appended.received);
      }
      throw new WorkRefused(appended.because, whyNot[appended.because]);
    }),
  );
  router.post(
    '/parts/:taskId/:attempt/commit',
    serve(async (asked) => {
      const lease = await leaseOf(asked);
      const answer = await parts.commit(lease, await readJson(asked.request, partManifest, largestManifestBytes));
      if (answer === 'lost') throw new WorkRefused('lost', 'The lease ended while its parts were checked.');
      return { status: answer.state === 'checking' ? 202 : 200, body: answer };
    }),
  );
  router.delete(
    '/parts/:taskId/:attempt',
    serve(async (asked) => {
      await parts.drop(await leaseOf(asked));
      return { status: 204 };
    }),
  );
  router.use(
    serve(async () => {
      throw new WorkRefused('nothing', 'There is nothing here.');
    }),
  );
  return router;
}

const whyNot = {
  nothing: 'The task makes no such file.',
  'too-big': 'The parts of this task are far larger than planned.',
  'disk-full': 'The disk of the server is full.',
  lost: 'The job is over.',
} as const;

/** Lets a node in, bounds what it asks at a time, and answers. */
function servedBy({ nodeOf, log }: NodeWorkDeps): (work: Work) => RequestHandler {
  const busy = new Map<string, number>();
  const admitted = async (work: Work, request: Request, response: Response) => {
    const nodeId = await nodeOf(request);
    if (nodeId === null) throw new WorkRefused('stranger', 'This node is not known here: pair it again.');
    const count = busy.get(nodeId) ?? 0;
    if (count >= mostAtOnce) throw new WorkRefused('busy', 'Too many requests at a time.');
    busy.set(nodeId, count + 1);
    try {
      return await work({ nodeId, request, response });
    } finally {
      const left = (busy.get(nodeId) ?? 1) - 1;
      if (left > 0) busy.set(nodeId, left);
      else busy.delete(nodeId);
    }
  };
  const answer = async (work: Work, request: Request, response: Response): Promise<void> => {
    try {
      const answered = await admitted(work, request, response).catch((error: unknown): WorkAnswer => {
        if (error instanceof WorkRefused) return refused(error);
        if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') {
          return refused(new WorkRefused('disk-full', whyNot['disk-full']));
        }
        if (codeOf(error) === 'ECONNRESET') {
          // Weather: the node comes again with what did not get through.
          log.debug({ path: request.path }, 'a node’s line was cut within a request');
          return refused(new WorkRefused('fault', 'The line was cut.'));
        }
        const words = error instanceof Error ? error.stack : String(error);
        log.error({ path: request.path, error: words }, 'a node’s request failed');
        return refused(new WorkRefused('fault', 'The server met a fault of its own.'));
      });
      if (answered !== 'answered') tell(request, response, answered);
    } catch {
      response.destroy();
    }
  };
  return (work) => (request, response) => void answer(work, request, response);
}

function textOf(request: Request, name: 'jobId' | 'taskId' | 'attempt'): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

/** The rest of the path. It is only ever compared with names that the plan gives. */
function filePath(request: Request): string {
  const value: unknown = request.params['path'];
  return Array.isArray(value) ? value.join('/') : '';
}
