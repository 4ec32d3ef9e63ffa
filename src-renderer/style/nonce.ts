/** The one that the server's Content-Security-Policy of this page names; empty in development, which has no policy. */
export function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce ?? '';
}
