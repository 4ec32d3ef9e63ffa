import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anotherClock, whyNoOtherClock } from '../helpers/another-clock.ts';
import { filmCrew } from '../helpers/film-crew.ts';

/*
 * Nodes whose clock is wrong. Nothing between them and the server may go by the time of day.
 */

describe.skipIf(whyNoOtherClock !== null)(`a wrong clock (${whyNoOtherClock ?? 'by libfaketime'})`, () => {
  const crew = filmCrew({ filmSec: 8, chunkSec: 2 });

  test('of a node that is an hour fast, or begins in 1970 and is set right in mid-chunk, changes nothing', async () => {
    const { folder } = crew();
    const fast = await anotherClock(join(folder, 'fast-clock'), '+1h');
    const young = await anotherClock(join(folder, 'young-clock'), '@1970-01-02 00:00:00');
    const set = { pace: 0.5, seesFilm: false };
    await Promise.all([
      crew().addNode('fast', { ...set, environment: fast.environment }),
      crew().addNode('young', { ...set, environment: young.environment }),
    ]);
    const id = await crew().addJob();
    await crew().whenAt(id, 0.1, 'fast');
    await crew().whenAt(id, 0.1, 'young');
    await young.set('+0');
    const { tasks } = await crew().expectWholeFilm(id);
    expect(tasks.map(({ key, attempt }) => `${key} ${attempt}`)).toEqual([
      ...['audio 1', 'package 1', 'publish 1', 'validate 1'],
      ...['video-0000 1', 'video-0001 1', 'video-0002 1', 'video-0003 1'],
    ]);
  }, 120_000);
});
