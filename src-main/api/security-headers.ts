import type { RequestHandler } from 'express';
import helmet from 'helmet';

const policy = {
  'default-src': ["'self'"],
  // Icons inside style sheets.
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
} as const;

/**
 * What a browser may do with our answers: nothing from elsewhere, no inline script, no frame around us. HTTPS is not demanded,
 * since a server at home has no certificate.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: listsOf(policy) },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** What stands in index.html where each page gets a nonce of its own (vite.config.ts). */
export const noncePlaceholder = '__CSP_NONCE__';

/** The policy of the screens: beside our own files only styles with this nonce, what hls.js feeds the player, and libass. */
export function screensPolicy(nonce: string): string {
  return policyText({
    ...policy,
    // libass renders subtitles as WebAssembly.
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'style-src': ["'self'", `'nonce-${nonce}'`],
    // Media Source Extensions are played from an object URL; hls.js begins its subtitle tracks with an empty file.
    'media-src': ["'self'", 'blob:', 'data:'],
    'worker-src': ["'self'"],
    'connect-src': ["'self'"],
  });
}

/** The policy of our own files: a worker goes by the one that it came with, and libass runs in a worker. */
export const assetsPolicy = policyText({ ...policy, 'script-src': ["'self'", "'wasm-unsafe-eval'"] });

function policyText(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

function listsOf(directives: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(directives).map(([name, sources]) => [name, [...sources]]));
}
