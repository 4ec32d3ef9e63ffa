import { beforeAll, describe, expect, test } from 'vitest';
import { filmCrew } from '../helpers/film-crew.ts';
import { type DistantMachine, testLan, whyNoLan } from '../helpers/network-namespace.ts';

/*
 * A line that is there all the time, and bad.
 */

describe.skipIf(whyNoLan !== null)(`a bad line (${whyNoLan ?? 'of network namespaces'})`, () => {
  const lan = testLan();
  const crew = filmCrew({ filmSec: 4, chunkSec: 2, args: ['--host', '0.0.0.0'] });
  let machine: DistantMachine;

  beforeAll(async () => {
    machine = await lan().addDistantMachine('attic');
    await crew().addNode('attic', { url: lan().urlOf(crew().server()), wrap: machine.wrap, pace: 4 });
  }, 120_000);

  test('that loses 30 % of all packets, each way, and takes 200 ms there and back brings a whole film', async () => {
    machine.weather({ lostOfSent: 0.3, lostOfGot: 0.3, delayMs: 100 });
    const id = await crew().addJob();
    const { tasks } = await crew().expectWholeFilm(id);
    expect(tasks.map(({ key, attempt }) => `${key} ${attempt}`)).toEqual([
      ...['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1', 'video-0001 1'],
    ]);
  }, 150_000);
});
