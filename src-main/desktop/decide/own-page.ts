import { desktopPages } from '#shared/protocol/desktop-bridge.ts';

/** Which origins are ours: the pages of the app itself, and those of the server that runs here. */
export function ownOrigins(serverUrl: string | null): readonly string[] {
  return serverUrl === null ? [desktopPages.origin] : [desktopPages.origin, originOf(serverUrl) ?? desktopPages.origin];
}

/** Whether an address is a page of ours: only they are shown in the window, and only they may ask the shell. */
export function isOwnPage(address: string, serverUrl: string | null): boolean {
  const origin = originOf(address);
  return origin !== null && ownOrigins(serverUrl).includes(origin);
}

/** What may be opened in the user's browser. Every other scheme can start a program. */
export function isWebPage(address: string): boolean {
  return URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol);
}

/** Schemes of our own have none by the URL standard (`null`). */
function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host, username, password } = new URL(address);
  return username + password === '' && host !== '' ? `${protocol}//${host}` : null;
}
