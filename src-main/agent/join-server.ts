import type { ClientRequest } from 'node:http';
import { Agent, request as begin } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Clock } from '#main/platform/clock.ts';
import { type Identity, keyHashOf } from '#main/platform/identity.ts';
import { inviteSecretHash, type InviteCode } from '#main/platform/invite-code.ts';
import { isJoinProof, joinProof, newNonce } from '#main/platform/join-proof.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { nodeProtocol } from '#shared/protocol/node.ts';
import { type JoinBegin, joinBegun, joinProven, type JoinProve, joinRefused } from '#shared/protocol/node-join.ts';
import type { PairedServer } from './paired-server.ts';

export type JoinServerOptions = {
  /** `https://host:port`. */
  url: string;
  code: InviteCode;
  identity: Identity;
  name: string;
  version: string;
  clock: Clock;
};

export type JoinResult =
  | { ok: true; server: PairedServer }
  /** One line: what, and what to do. */
  | { ok: false; message: string };

const withinMs = 20_000;
const longestAnswer = 64 * 1024;

/**
 * Joins a server by a one-time code, without telling it the code: the server has to prove that it knows it too, so whoever else
 * answers learns nothing and is not believed.
 */
export async function joinServer(options: JoinServerOptions): Promise<JoinResult> {
  const { url, code, identity, clock } = options;
  // Nobody is trusted yet: who the server is, its proof will tell.
  const agent = new Agent({
    ...{ keepAlive: true, maxSockets: 1, key: identity.keyPem, cert: identity.certificatePem },
    ...{ minVersion: 'TLSv1.3', rejectUnauthorized: false },
  });
  const late = new AbortController();
  const cancel = clock.after(withinMs, () => late.abort());
  const post = (path: string, body: JoinBegin | JoinProve) => ask(new URL(path, url), body, agent, late.signal);
  try {
    const nodeNonce = newNonce();
    const first = await post('/nodes/v1/join/begin', { nodeNonce });
    const begun = joinBegun.safeParse(first.body);
    if (!begun.success) return refused(url, first);
    const secretHash = inviteSecretHash(code.secret);
    const talk = {
      ...{ nodeNonce, serverNonce: begun.data.serverNonce },
      ...{ nodeKeyHash: identity.keyHash, serverKeyHash: keyHashOf(first.certificate) },
    };
    const second = await post('/nodes/v1/join/prove', {
      ...{ inviteId: code.id, proof: joinProof(secretHash, 'node', talk), protocol: nodeProtocol },
      ...{ name: options.name, version: options.version },
    });
    const proven = joinProven.safeParse(second.body);
    if (!proven.success) return refused(url, second);
    if (!isJoinProof(proven.data.proof, secretHash, 'server', talk)) {
      const message = `what answers at ${url} does not know the code: it is not the server that made it`;
      return { ok: false, message };
    }
    const certificatePem = pemOf(first.certificate);
    const { nodeId } = proven.data;
    return { ok: true, server: { url, serverKeyHash: talk.serverKeyHash, certificatePem, nodeId } };
  } catch (error) {
    const why = late.signal.aborted ? 'it does not answer' : error instanceof Error ? error.message : String(error);
    return { ok: false, message: `can't reach the server at ${url}: ${plainLine(why, 200)}` };
  } finally {
    cancel();
    agent.destroy();
  }
}

type Answer = { status: number; body: unknown; certificate: Uint8Array };

async function ask(url: URL, body: JoinBegin | JoinProve, agent: Agent, signal: AbortSignal): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const request = begin(url, { method: 'POST', agent, headers, signal });
  request.end(JSON.stringify(body));
  return answerOf(request);
}

function answerOf(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const { socket, statusCode } = response;
      // `getPeerX509Certificate` answers only once on a client's socket (Node 24 takes it out of OpenSSL's chain).
      const certificate: unknown = socket instanceof TLSSocket ? socket.getPeerCertificate().raw : null;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > longestAnswer) request.destroy(new Error('its answer is too long'));
      });
      response.once('error', reject);
      response.once('end', () => {
        if (certificate instanceof Uint8Array) resolve({ status: statusCode ?? 0, body: jsonOf(text), certificate });
        else reject(new Error('it has no certificate'));
      });
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the server says, as far as it is one of ours. */
function refused(url: string, { status, body }: Answer): JoinResult {
  const said = joinRefused.safeParse(body);
  if (said.success && status >= 400) return { ok: false, message: plainLine(said.data.message, 300) };
  return { ok: false, message: `what answers at ${url} is no Encrew server that takes nodes (status ${status})` };
}

/** RFC 7468. */
function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
