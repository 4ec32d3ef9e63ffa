import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/*
 * Secrets that have to be read again later, such as the keys that sign webhooks, lie encrypted in the database, and the key
 * lies beside it in a file of its own: a copy of the database alone, in a backup or a bug report, gives none of them away.
 */

export type TextSealer = {
  /** AES-256-GCM. `about` says what it belongs to (`webhook:{id}`): sealed for one, it can't be opened for another. */
  seal(text: string, about: string): string;
  open(sealed: string, about: string): OpenedText;
};

export type OpenedText =
  | { ok: true; text: string }
  /** Sealed with another key; or changed since, or sealed for something else. */
  | { ok: false; because: 'other-key' | 'damaged' };

/** Seals with a key of 32 bytes. */
export function sealerOf(key: Uint8Array): TextSealer {
  const keyName = createHash('sha256').update('encrew key name\n').update(key).digest('base64url').slice(0, 11);
  return {
    seal: (text, about) => {
      // NIST SP 800-38D 8.2.2: a random nonce of 96 bits is good for 2^32 texts of one key.
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${format}.${keyName}.${body.toString('base64url')}`;
    },
    open: (sealed, about) => {
      const [madeAs, madeWith, text, ...more] = sealed.split('.');
      if (madeAs !== format || text === undefined || more.length > 0) return { ok: false, because: 'damaged' };
      if (madeWith !== keyName) return { ok: false, because: 'other-key' };
      return decipher(key, Buffer.from(text, 'base64url'), about);
    },
  };
}

/** Of a key. */
export const keyBytes = 32;

const algorithm = 'aes-256-gcm';
const format = '1';
const nonceBytes = 12;
const tagBytes = 16;

function decipher(key: Uint8Array, body: Buffer, about: string): OpenedText {
  if (body.length < nonceBytes + tagBytes) return { ok: false, because: 'damaged' };
  const nonce = body.subarray(0, nonceBytes);
  const decoder = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(about))
    .setAuthTag(body.subarray(-tagBytes));
  const text = decoder.update(body.subarray(nonceBytes, -tagBytes));
  try {
    return { ok: true, text: Buffer.concat([text, decoder.final()]).toString('utf8') };
  } catch {
    // `final` throws for one reason: the tag does not fit.
    return { ok: false, because: 'damaged' };
  }
}
