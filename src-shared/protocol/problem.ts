import { z } from 'zod';

/*
 * The error catalogue of S3 11.2 under our prefix: a code, its HTTP status and its message stay put, `details` says what
 * happened this time and what to do.
 */

export const problems = {
  'ENC-JOB-001': { status: 400, message: 'Invalid job request' },
  'ENC-JOB-002': { status: 400, message: 'Invalid source' },
  'ENC-JOB-003': { status: 400, message: 'Invalid profile' },
  'ENC-JOB-004': { status: 404, message: 'Job not found' },
  'ENC-JOB-005': { status: 409, message: 'Job already cancelled' },
  'ENC-JOB-006': { status: 409, message: 'Job already completed' },
  'ENC-JOB-007': { status: 422, message: 'Unsupported source format' },
  'ENC-JOB-008': { status: 500, message: 'Job processing failed' },
  'ENC-JOB-009': { status: 503, message: 'No node available' },
  'ENC-JOB-010': { status: 409, message: 'Job already in the queue' },
  'ENC-JOB-011': { status: 409, message: 'Not possible in this state' },
  'ENC-JOB-012': { status: 404, message: 'Preview not ready' },
  'ENC-JOB-013': { status: 410, message: 'Preview over' },
  'ENC-PRO-001': { status: 404, message: 'Profile not found' },
  'ENC-PRO-002': { status: 409, message: 'Profile name already in use' },
  'ENC-PRO-003': { status: 422, message: 'Invalid profile recipe' },
  'ENC-PRO-004': { status: 409, message: 'Built-in profile' },
  'ENC-PRO-005': { status: 409, message: 'Profile and watch folder would both take the original' },
  'ENC-WRK-001': { status: 404, message: 'Node not found' },
  'ENC-WRK-002': { status: 409, message: 'Node busy' },
  'ENC-WRK-003': { status: 410, message: 'Node offline' },
  'ENC-WRK-004': { status: 500, message: 'Node communication failed' },
  'ENC-AUTH-001': { status: 401, message: 'Unauthorized' },
  'ENC-AUTH-002': { status: 401, message: 'Token expired' },
  'ENC-AUTH-003': { status: 403, message: 'Forbidden' },
  'ENC-AUTH-004': { status: 403, message: 'Role required' },
  'ENC-STO-001': { status: 404, message: 'File not found' },
  'ENC-STO-002': { status: 403, message: 'Storage access denied' },
  'ENC-STO-003': { status: 507, message: 'Storage full' },
  'ENC-STO-004': { status: 500, message: 'Storage unavailable' },
  'ENC-STO-005': { status: 416, message: 'Range not satisfiable' },
  'ENC-STO-006': { status: 422, message: 'Checksum mismatch' },
  'ENC-SYS-001': { status: 500, message: 'Internal server error' },
  'ENC-SYS-002': { status: 500, message: 'Database error' },
  'ENC-SYS-004': { status: 503, message: 'Service unavailable' },
  'ENC-SYS-005': { status: 429, message: 'Rate limit exceeded' },
  'ENC-SYS-006': { status: 404, message: 'Not found' },
  'ENC-SYS-007': { status: 400, message: 'Invalid request' },
  'ENC-SYS-008': { status: 409, message: 'Conflict' },
  'ENC-SYS-009': { status: 415, message: 'Unsupported media type' },
  'ENC-SYS-010': { status: 413, message: 'Request too large' },
  'ENC-SYS-011': { status: 405, message: 'Method not allowed' },
  'ENC-SYS-012': { status: 422, message: 'Idempotency key used for another request' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ProblemCode = keyof typeof problems;

export const problem = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    /** What happened this time: one sentence, or facts such as the faults of a request with their paths. */
    details: z.unknown(),
    requestId: z.string(),
    timestamp: z.iso.datetime(),
  }),
});
export type Problem = z.infer<typeof problem>;
