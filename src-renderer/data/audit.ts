import { infiniteQueryOptions } from '@tanstack/react-query';
import { auditList } from '#shared/protocol/audit.ts';
import { apiUrl, ask } from './client.ts';

export type AuditFilter = {
  user?: string;
  action?: string;
  result?: 'success' | 'failure' | null;
  /** ISO 8601. */
  from?: string | null;
  /** Not itself. */
  to?: string | null;
};

/** Who changed what, or tried to, the newest first. */
export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/audit', { query: { ...filter, limit: 50, cursor: pageParam }, answer: auditList, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** The same as a file for a spreadsheet. */
export function auditFileUrl(filter: AuditFilter): string {
  return apiUrl('/audit.csv', filter);
}
