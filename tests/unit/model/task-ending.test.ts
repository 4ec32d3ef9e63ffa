import { expect, test } from 'vitest';
import { taskEnding } from '#shared/protocol/node.ts';

test('what a newer node fails by is unknown here, and told all the same', () => {
  const said = { kind: 'failed', message: 'the flux is out of phase', stderrTail: [], findings: [] };
  expect(taskEnding.parse({ ...said, code: 'flux-out-of-phase' })).toEqual({ ...said, code: 'unknown' });
  expect(taskEnding.parse({ ...said, code: 'disk-full' })).toEqual({ ...said, code: 'disk-full' });
});
