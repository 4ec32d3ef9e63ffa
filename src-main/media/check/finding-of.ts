import type { Finding, FindingCode } from '#shared/model/finding.ts';

/** The package is wrong: players fail on it, or show something else than was meant. */
export function error(code: FindingCode, where: string | null, message: string): Finding {
  return { code, severity: 'error', message, where };
}

/** It plays, but not everywhere or not as well as it could. */
export function warning(code: FindingCode, where: string | null, message: string): Finding {
  return { code, severity: 'warning', message, where };
}

/** Evidence for the curious. */
export function info(code: FindingCode, where: string | null, message: string): Finding {
  return { code, severity: 'info', message, where };
}
