import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * The audit: every change that somebody made or tried to make (S3 19.3).
 */

const instant = z.iso.datetime({ offset: true });

/** `nobody` had not signed in; `command` sat at the machine itself; `node` is a machine that joined. */
export const auditActorKind = z.enum(['user', 'token', 'command', 'nobody', 'node']);

export const auditResult = z.enum(['success', 'failure']);

const filters = {
  user: z.string().min(1).max(256).optional().describe('Name or id of who did it.'),
  action: z.string().min(1).max(200).optional().describe('Any part of the action: /jobs/{id}/cancel.'),
  resourceType: z.string().min(1).max(100).optional(),
  resourceId: z.string().min(1).max(500).optional().describe('Any part of the id.'),
  result: auditResult.optional(),
  from: instant.optional(),
  to: instant.optional().describe('Not itself.'),
};

export const auditListQuery = z.strictObject({ ...pageQuery, ...filters });
export const auditExportQuery = z.strictObject(filters);
export type AuditExportQuery = z.infer<typeof auditExportQuery>;

export const auditView = z.strictObject({
  id: z.number().int(),
  at: z.iso.datetime(),
  actor: z.strictObject({ kind: auditActorKind, id: z.string().nullable(), name: z.string() }),
  /** Method and path: `POST /jobs/{id}/cancel`; of a command its name: `encrew token`. */
  action: z.string(),
  resourceType: z.string(),
  resourceId: z.string().nullable(),
  result: auditResult,
  requestId: z.string().nullable(),
  address: z.string().nullable(),
  details: z.json(),
});
export type AuditView = z.infer<typeof auditView>;

export const auditList = pageOf(auditView);
