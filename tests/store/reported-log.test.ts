import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorSink } from '#main/store/error-sink.ts';
import { reportedLog } from '#main/app/reported-log.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { aQueue } from '../helpers/a-queue.ts';

test('an error line of the server is kept as an error event with its stack and facts', async () => {
  const { db, clock } = await aQueue();
  const sink = errorSink(db, clock);
  const log = reportedLog(silentLogger, sink);
  log.error({ loop: 'dispatch', error: `Error: no room\n    at ${join('queue', 'x.ts')}` }, 'a loop failed');
  log.warn({ loop: 'dispatch' }, 'only a warning');
  await sink.flush();
  const rows = await db
    .selectFrom('errorEvent')
    .select(['sourceComponent', 'severity', 'message', 'contextJson'])
    .execute();
  expect(rows).toEqual([
    {
      sourceComponent: 'server',
      severity: 'error',
      message: 'a loop failed: Error: no room',
      contextJson: '{"loop":"dispatch"}',
    },
  ]);
});
