import { derivedSecret } from '#main/platform/secret-text.ts';

/*
 * The cookie that proves a session (RFC 6265). Pages can't read it, and a browser does not send it from pages of other sites.
 * Cookies know no ports: another server on this machine gets it too, so it is only ever compared by its hash.
 */

const cookieName = 'encrew_session';

/** Whether the browser reached us by TLS, as its Origin header tells; a proxy in front of us has taken the TLS away by then. */
export function cameByTls(headers: Readonly<Record<string, string | undefined>>): boolean {
  return headers['origin']?.startsWith('https://') === true;
}

/** The secret in a Cookie header; null where there is none, '' where it can't be one of ours. */
export function readSessionCookie(header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const pair = pairs.find((one) => one.startsWith(`${cookieName}=`));
  if (pair === undefined) return null;
  const value = pair.slice(cookieName.length + 1);
  return /^[\w-]{43}$/.test(value) ? value : '';
}

/** Set-Cookie for a session; it leaves other sites' requests alone, those of our own pages never. */
export function sessionCookie(secret: string, about: { maxAgeSec: number; secure: boolean }): string {
  const { maxAgeSec, secure } = about;
  return `${cookieName}=${secret}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** Set-Cookie that makes the browser forget it. */
export function forgottenCookie(secure: boolean): string {
  return sessionCookie('', { maxAgeSec: 0, secure });
}

/** The token that changes must carry: only our own pages can ask for it, and it belongs to this one session. */
export function csrfTokenOf(sessionSecret: string): string {
  return derivedSecret(sessionSecret, 'encrew csrf token');
}
