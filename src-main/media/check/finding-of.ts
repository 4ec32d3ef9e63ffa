import type { Finding } from '#shared/model/finding.ts';

/** The package is wrong: players fail on it, or show something else than was meant. */
export function error(code: string, where: string | null, message: string): Finding {
  return { code, severity: 'error', message, where };
}

/** It plays, but not everywhere or not as well as it could. */
export function warning(code: string, where: string | null, message: string): Finding {
  return { code, severity: 'warning', message, where };
}

/** Evidence for the curious. */
export function info(code: string, where: string | null, message: string): Finding {
  return { code, severity: 'info', message, where };
}
