export type ResolvedUri =
  | {
      ok: true;
      /** Relative to the package, with slashes. */
      path: string;
      /** False where the URI holds characters that RFC 3986 wants percent-encoded (a space, `#` is lost for good). */
      wellFormed: boolean;
    }
  | { ok: false; why: 'url' | 'absolute-path' | 'outside-package' | 'malformed' };

/**
 * Where a URI in a playlist of a package leads. Packages move between disks and servers, so only relative URIs that stay
 * inside are good; the rest is told and never followed. Decoding comes before the check, so that `%2e%2e%2f` does not
 * climb out.
 */
export function resolveUri(fromFile: string, uri: string): ResolvedUri {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) || uri.startsWith('//')) return { ok: false, why: 'url' };
  if (uri.startsWith('/') || uri.startsWith('\\')) return { ok: false, why: 'absolute-path' };
  const { text: decoded, wellFormed } = decode(uri.replace(/[?#].*$/s, ''));
  if (decoded === '' || /[\0\\]/.test(decoded)) return { ok: false, why: 'malformed' };
  if (decoded.startsWith('/')) return { ok: false, why: 'absolute-path' };
  const parts = fromFile.split('/').slice(0, -1);
  for (const name of decoded.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') parts.push(name);
    else if (parts.pop() === undefined) return { ok: false, why: 'outside-package' };
  }
  return { ok: true, path: parts.join('/'), wellFormed };
}

function decode(uri: string): { text: string; wellFormed: boolean } {
  // RFC 3986 2: unreserved, reserved and percent-encoded; other scripts are common in practice and understood (RFC 3987).
  const wellFormed = /^(?:[\w.~:/@!$&'()*+,;=-]|[^\0-\x7f]|%[0-9A-Fa-f]{2})*$/.test(uri);
  try {
    return { text: decodeURIComponent(uri), wellFormed };
  } catch (error) {
    if (error instanceof URIError) return { text: uri, wellFormed: false };
    throw error;
  }
}
