import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { onTestFinished } from 'vitest';

export type Received = {
  path: string;
  event: string;
  deliveryId: string;
  /** Whether time and signature fit the body and the secret. */
  isSigned: boolean;
  headers: Record<string, string>;
  body: string;
};

export type WebhookReceiver = {
  /** `http://127.0.0.1:{port}`, or `https:`. */
  url: string;
  port: number;
  /** Everything that came, in order; redirects that were followed would show here too. */
  received: Received[];
  /** What it answers from now on: a status, or whatever is to be done with the request once its body is read. */
  answer(how: number | ((response: ServerResponse, request: IncomingMessage) => void)): void;
};

/** A real receiver on loopback that checks signatures; it answers 200 until told otherwise, and ends with the test. */
export async function webhookReceiver(
  secret: string,
  tls: { key: string; cert: string } | null = null,
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let act = answerWith(200);
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(readRequest(request, Buffer.concat(chunks).toString(), secret));
      act(response, request);
    });
    response.on('error', () => {});
  };
  const server = tls === null ? createServer(take) : createTlsServer(tls, take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    answer: (how) => {
      act = typeof how === 'number' ? answerWith(how) : how;
    },
  };
}

function answerWith(status: number): (response: ServerResponse, request: IncomingMessage) => void {
  return (response) => {
    response.statusCode = status;
    response.end(`this is ${status}`);
  };
}

/** As a receiver would check it that knows nothing of us but S3 20 and our documentation. */
function readRequest(request: IncomingMessage, body: string, secret: string): Received {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { 'x-encrew-timestamp': time = '', 'x-encrew-signature': given = '' } = headers;
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return {
    path: request.url ?? '',
    event: headers['x-encrew-event'] ?? '',
    deliveryId: headers['x-encrew-delivery'] ?? '',
    isSigned: given === `t=${time},v1=${mac}`,
    headers,
    body,
  };
}
