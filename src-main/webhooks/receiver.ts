import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { addressKind } from '#main/platform/address-kind.ts';
import type { ResolveName } from '#main/platform/resolve-name.ts';

/*
 * Where a webhook may be sent. The server stands inside of a home, where a URL of somebody's choice could reach what nobody
 * outside should: the router, the cloud's metadata service, the server itself.
 */

export type Receiver = {
  url: URL;
  /** All allowed; whoever connects has to use one of them, since a second look at the name may answer others (DNS rebinding). */
  addresses: readonly LookupAddress[];
};

export type ReceiverFound = { ok: true; receiver: Receiver } | { ok: false; message: string };

export type ReceiverRules = {
  /** Lets addresses of this machine and of its own network pass. */
  allowPrivate: boolean;
  /** Every address of a name; throws where there is none. */
  resolveName: ResolveName;
};

/** The URL of a receiver, in its one form: `http://0x7f.1` is `http://127.0.0.1/`. A sentence where it can't be one. */
export function receiverUrl(text: string): { ok: true; url: URL } | { ok: false; message: string } {
  const url = URL.parse(text);
  if (url === null) return { ok: false, message: 'must be a URL such as https://example.org/hook' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { ok: false, message: `must begin with https:// or http://, not ${url.protocol}` };
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, message: 'must not hold a user name or password: receivers check the signature instead' };
  }
  if (url.hash !== '') return { ok: false, message: 'must not hold a fragment (#...): it is never sent' };
  return { ok: true, url };
}

/** Looks where a URL leads, and refuses it when any of its addresses is not allowed. */
export async function findReceiver(text: string, rules: ReceiverRules): Promise<ReceiverFound> {
  const read = receiverUrl(text);
  if (!read.ok) return read;
  const addresses = await addressesOf(read.url, rules.resolveName);
  if (addresses === null) return { ok: false, message: `the name ${read.url.hostname} can't be found` };
  for (const { address } of addresses) {
    const kind = addressKind(address);
    if (kind === 'public' || (kind === 'private' && rules.allowPrivate)) continue;
    return { ok: false, message: refusal(read.url.hostname, address, kind) };
  }
  return { ok: true, receiver: { url: read.url, addresses } };
}

/** Null where there is none. */
async function addressesOf(url: URL, resolveName: ResolveName): Promise<readonly LookupAddress[] | null> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    const found = await resolveName(host);
    return found.length === 0 ? null : found;
  } catch {
    return null;
  }
}

function refusal(host: string, address: string, kind: 'private' | 'never'): string {
  const where = host.replace(/^\[|\]$/g, '') === address ? address : `${host} (${address})`;
  return kind === 'private'
    ? `${where} is an address of this machine or of its own network; the setting allowPrivateWebhooks lets webhooks go there`
    : `${where} is an address that no receiver has`;
}
