import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { RequestRefused } from './route.ts';

/*
 * DNS rebinding: a page of somebody else lets its own name point to this machine, and is then same-origin with us. The name
 * stays in the Host header, so only names that are ours are answered.
 */

/** RequestRefused unless `host`, a Host header, names this machine or an allowed origin. */
export function demandOwnHost(host: string | undefined, allowedOrigins: readonly string[]): void {
  const name = hostNameOf(host);
  if (name !== null && isOwnName(name, hostname().toLowerCase())) return;
  if (name !== null && allowedOrigins.some((origin) => originHost(origin) === name)) return;
  throw new RequestRefused(
    'ENC-AUTH-003',
    `This server does not know itself as ${JSON.stringify(name ?? '')}. Ask for it by its address, or add the origin to ` +
      'the setting allowedOrigins.',
  );
}

/** Whether `name` can only mean this machine; `ownName` is what it calls itself. Lower case both. */
export function isOwnName(name: string, ownName: string): boolean {
  // Nobody's name server has a say in an address.
  if (isIP(name) !== 0) return true;
  if (name === 'localhost' || name.endsWith('.localhost') || name === ownName) return true;
  const label = ownName.split('.')[0] ?? ownName;
  return name === label || privateDomains.some((domain) => name === `${label}.${domain}`);
}

/** Domains that nobody can register: RFC 6762, RFC 8375, ICANN's own choice, and what home routers made up. */
const privateDomains = ['local', 'home.arpa', 'internal', 'lan', 'home'];

/** The name in a Host header, without port and without the brackets of an IPv6 address; null for what is none. */
function hostNameOf(host: string | undefined): string | null {
  const parts = /^(?:\[([\da-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/i.exec(host ?? '');
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, '') ?? null;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).hostname.replace(/^\[|\]$/g, '') : null;
}
