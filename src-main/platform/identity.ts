import { createHash, createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readSecret, type SecretLock, type SecretRead, writeSecretOnce } from './secret-file.ts';

/*
 * Who an installation is: one key, for ever. Servers and nodes know each other by the hash of its public half, and trust no
 * authority; what else a certificate says (name, dates) is for people.
 */

export type Identity = {
  /** PKCS #8. */
  keyPem: string;
  /** Self-signed. */
  certificatePem: string;
  /** SHA-256 of the public key (DER SubjectPublicKeyInfo), in hex. */
  keyHash: string;
};

/** A file that should hold an identity and does not. `message` is one line: what, and what to do. */
export class IdentityUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityUnusable';
  }
}

/** `{data}/identity.json`, which only its owner may read. */
export function identityPath(dataDir: string): string {
  return join(dataDir, 'identity.json');
}

/**
 * The identity of a data folder, made at first need. A file that holds none is left as it is: a new key would be a stranger to
 * every paired server and node.
 *
 * @param name what the certificate is called when it is made
 * @param lock what seals it, in the desktop app
 * @throws IdentityUnusable in one line
 */
export async function openIdentity(dataDir: string, name: string, lock: SecretLock | null = null): Promise<Identity> {
  const path = identityPath(dataDir);
  const found = await readIdentity(path, lock);
  if (found !== null) return found;
  await writeSecretOnce(path, `${JSON.stringify(await makeIdentity(name))}\n`, lock);
  const made = await readIdentity(path, lock);
  if (made === null) throw new IdentityUnusable(`${path} vanished as soon as it was written`);
  return made;
}

/** Whether it is an identity. */
export function isIdentity(content: Uint8Array): boolean {
  try {
    identityIn(content);
    return true;
  } catch {
    return false;
  }
}

/** Of the public key in a certificate, in hex: what a peer is remembered by. Throws where bytes are no certificate. */
export function keyHashOf(certificate: Uint8Array | X509Certificate): string {
  const parsed = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return createHash('sha256')
    .update(parsed.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

const identityFile = z.strictObject({ format: z.literal(1), keyPem: z.string(), certificatePem: z.string() });
type IdentityFile = z.infer<typeof identityFile>;

/** Null where there is none. */
async function readIdentity(path: string, lock: SecretLock | null): Promise<Identity | null> {
  const read = await readFileOf(path, lock);
  if (read.kind === 'none') return null;
  if (read.kind === 'closed') throw new IdentityUnusable(read.message);
  try {
    return identityIn(read.content);
  } catch (error) {
    const what = `${path} holds no usable identity`;
    throw new IdentityUnusable(`${what}: restore it from a backup, or delete it and pair every node anew`, {
      cause: error,
    });
  }
}

async function readFileOf(path: string, lock: SecretLock | null): Promise<SecretRead> {
  try {
    return await readSecret(path, lock);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new IdentityUnusable(`this installation's identity can't be read: ${why}`, { cause: error });
  }
}

/** Throws where it is none. */
function identityIn(content: Uint8Array): Identity {
  return checked(identityFile.parse(JSON.parse(Buffer.from(content).toString('utf8'))));
}

/** Throws where key and certificate are unusable, or not of each other. */
function checked({ keyPem, certificatePem }: IdentityFile): Identity {
  const certificate = new X509Certificate(certificatePem);
  if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) throw new Error('the key is not the certificate’s');
  return { keyPem, certificatePem, keyHash: keyHashOf(certificate) };
}

/** Peers compare keys, and a computer may begin in 1970 until its clock is set: no date may ever come between two of them. */
const validFrom = new Date('1970-01-01T00:00:00Z');
const validUntil = new Date('2126-01-01T00:00:00Z');
/** RFC 5280 A.1, ub-common-name. */
const longestName = 64;

async function makeIdentity(name: string): Promise<IdentityFile> {
  // Late, since they take longer to load than most commands run. The second needs the first.
  await import('reflect-metadata');
  const { BasicConstraintsExtension, X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      // RFC 5280 4.1.2.2: positive, and unique to its issuer.
      serialNumber: `01${randomBytes(15).toString('hex')}`,
      name: [{ CN: [[...name].slice(0, longestName).join('') || 'Encrew'] }],
      notBefore: validFrom,
      notAfter: validUntil,
      signingAlgorithm: algorithm,
      keys,
      extensions: [new BasicConstraintsExtension(false, undefined, true)],
    },
    webcrypto,
  );
  return {
    format: 1,
    keyPem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: certificate.toString('pem'),
  };
}
