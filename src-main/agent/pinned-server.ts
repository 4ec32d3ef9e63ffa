import { Agent } from 'node:https';
import type { PeerCertificate } from 'node:tls';
import { codeOf } from '#main/platform/error-code.ts';
import { type Identity, keyHashOf } from '#main/platform/identity.ts';
import type { PairedServer } from './paired-server.ts';

/*
 * TLS to the one server that a node was paired with: by the key it has, under whatever name and address it is found.
 */

/** Of `tls.connect`, and of all that is built on it. */
export type PinnedTls = {
  key: string;
  cert: string;
  ca: string;
  minVersion: 'TLSv1.3';
  checkServerIdentity: (name: string, certificate: PeerCertificate) => Error | undefined;
};

/** Shows the node's certificate, and accepts the server's and no other. */
export function pinnedTls(identity: Identity, server: PairedServer): PinnedTls {
  return {
    ...{ key: identity.keyPem, cert: identity.certificatePem, minVersion: 'TLSv1.3' },
    ca: server.certificatePem,
    // Its certificate names no address. What counts is that it is its key, also where a system trusts more than `ca`.
    checkServerIdentity: (_name, { raw }) =>
      keyHashOf(raw) === server.serverKeyHash ? undefined : Object.assign(new Error('other key'), { code: otherKey }),
  };
}

/** For requests to the server; keeps connections. */
export function pinnedAgent(identity: Identity, server: PairedServer): Agent {
  return new Agent({ keepAlive: true, ...pinnedTls(identity, server) });
}

/** Whether somebody else answered in the server's place. */
export function isOtherServer(error: unknown): boolean {
  return refusals.has(codeOf(error) ?? '');
}

const otherKey = 'ENCREW_OTHER_KEY';

/** What Node says of a certificate that `ca` does not vouch for; of the last, one with the same name and another key. */
const refusals = new Set([
  otherKey,
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_PURPOSE',
  'INVALID_CA',
  'CERT_SIGNATURE_FAILURE',
]);
