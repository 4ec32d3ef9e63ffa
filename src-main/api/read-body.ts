import express, { type Request, type Response } from 'express';
import type { Clock } from '#main/platform/clock.ts';
import { RequestRefused } from './route.ts';

/** How long a caller may take to send a body that fits into one packet or a thousand. */
export const bodyTimeoutMs = 30_000;

/** The JSON that came, undefined where nothing did. RequestRefused, or what Express's parser throws, for anything else. */
export async function readBody(request: Request, response: Response, clock: Clock): Promise<unknown> {
  demandJson(request);
  const body: unknown = await new Promise((resolve, reject) => {
    const callOff = clock.after(bodyTimeoutMs, () => {
      const headers = { Connection: 'close' };
      reject(new RequestRefused('ENC-SYS-007', `The body did not come within ${bodyTimeoutMs / 1000} s.`, { headers }));
    });
    parseJson(request, response, (error?: unknown) => {
      callOff();
      if (error === undefined) resolve(request.body);
      else reject(error);
    });
  });
  return body;
}

const parseJson = express.json({ limit: '1mb' });

function demandJson({ headers }: Request): void {
  const type = headers['content-type'];
  // Without a length and without chunks there is no body (RFC 9112 6.3).
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (isEmpty || (type !== undefined && /^application\/json\s*(;|$)/i.test(type))) return;
  throw new RequestRefused(
    'ENC-SYS-009',
    `This route takes application/json, not ${type?.slice(0, 100) ?? 'an unnamed type'}.`,
  );
}
