import type { JobEventTable, JobTable } from '#main/store/schema.ts';
import type { WebhookEvent, WebhookOutput, WebhookPayload } from '#shared/protocol/webhooks.ts';

/** Columns of a job that its news tells of. */
export type ToldJob = Pick<
  JobTable,
  'id' | 'profileName' | 'input' | 'output' | 'errorCode' | 'errorMessage' | 'batchId' | 'createdAtMs'
>;

/** Which news a line of a job's timeline is; null for none. A job starts once, however often it is done again. */
export function newsOf({ kind, toState }: Pick<JobEventTable, 'kind' | 'toState'>): WebhookEvent | null {
  if (kind === 'created') return 'job.created';
  if (kind !== 'state') return null;
  return toState === null ? null : (newsOfState[toState] ?? null);
}

const newsOfState: Readonly<Record<string, WebhookEvent>> = {
  encoding: 'job.started',
  completed: 'job.completed',
  failed: 'job.failed',
};

/** The news as it was at that moment: the job's row may have moved on since. */
export function jobPayload(
  eventId: string,
  eventType: WebhookEvent,
  event: Pick<JobEventTable, 'toState' | 'message' | 'atMs'>,
  job: ToldJob,
  output: WebhookOutput | null,
): WebhookPayload {
  const isEnd = eventType === 'job.completed' || eventType === 'job.failed';
  const at = new Date(event.atMs).toISOString();
  return {
    event_id: eventId,
    event_type: eventType,
    timestamp: at,
    data: {
      job_id: job.id,
      status: event.toState ?? 'queued',
      profile: job.profileName,
      input: job.input,
      output: output?.path ?? null,
      error: eventType === 'job.failed' ? errorOf(event.message, job) : null,
      batch_id: job.batchId,
      created_at: new Date(job.createdAtMs).toISOString(),
      finished_at: isEnd ? at : null,
      outputs: output === null ? [] : [output],
    },
  };
}

function errorOf(message: string | null, job: ToldJob): { code: string | null; message: string } {
  return { code: job.errorCode, message: job.errorMessage ?? message ?? 'it failed' };
}
