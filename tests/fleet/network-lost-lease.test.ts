import { beforeAll, describe, expect, test } from 'vitest';
import { type CrewNode, filmCrew } from '../helpers/film-crew.ts';
import { type Machine, testLan, whyNoLan } from '../helpers/network-namespace.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * A node that is out of reach for so long that its lease runs out, and does not know of it.
 */

describe.skipIf(whyNoLan !== null)(`a long outage (${whyNoLan ?? 'of a network namespace'})`, () => {
  const lan = testLan();
  const crew = filmCrew({ filmSec: 6, chunkSec: 6, args: ['--host', '0.0.0.0'] });
  let machine: Machine;
  let attic: CrewNode;

  beforeAll(async () => {
    machine = await lan().addMachine('attic');
    attic = await crew().addNode('attic', { url: lan().urlOf(crew().server()), wrap: machine.wrap });
  }, 120_000);

  test('a chunk that was encoded behind a pulled cable counts, though its lease ran out meanwhile', async () => {
    const id = await crew().addJob();
    await crew().whenAt(id, 0.2, 'attic');
    await machine.pullCable();
    const encoded = () => /"task":"video-0000".*"msg":"step done"/.test(attic.stderr());
    await waitUntil('the node has gone on', encoded, 30_000);
    const lost = 'video-0000: leased > ready';
    await waitUntil('the lease has run out', async () => (await crew().server().timeline(id)).includes(lost), 60_000);
    await machine.plugIn();
    const { tasks, timeline } = await crew().expectWholeFilm(id);
    expect(tasks.map(({ key, attempt }) => `${key} ${attempt}`)).toEqual([
      ...['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1'],
    ]);
    expect(timeline.filter((line) => line.startsWith('video-0000: '))).toEqual([
      'video-0000: ready > leased',
      lost,
      'video-0000: ready > leased',
      'video-0000: leased > completed',
    ]);
    expect(attic.stderr().match(/"task":"video-0000".*"msg":"step done"/g)).toHaveLength(1);
  }, 150_000);
});
