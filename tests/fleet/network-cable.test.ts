import { beforeAll, describe, expect, test } from 'vitest';
import { type CrewNode, filmCrew } from '../helpers/film-crew.ts';
import { type Machine, testLan, whyNoLan } from '../helpers/network-namespace.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * A cable that is pulled says goodbye to nobody: the connections at both of its ends stay open, and only silence tells.
 */

describe.skipIf(whyNoLan !== null)(`a cable (${whyNoLan ?? 'of a network namespace'})`, () => {
  const lan = testLan();
  const crew = filmCrew({ filmSec: 12, chunkSec: 6, filmCrf: 0, args: ['--host', '0.0.0.0'] });
  let machine: Machine;
  let attic: CrewNode;

  beforeAll(async () => {
    machine = await lan().addMachine('attic');
    const url = lan().urlOf(crew().server());
    const wrap = machine.wrapWithout(crew().film);
    attic = await crew().addNode('attic', { url, wrap, seesFilm: false });
  }, 120_000);

  test('that is pulled while a film is streamed, and back when both sides have noticed, costs nothing that was done', async () => {
    const id = await crew().addJob();
    await crew().whenAt(id, 0.2, 'attic');
    await machine.pullCable();
    const dead = '"reason":"ping timeout","msg":"the line to the server is down"';
    await waitUntil('the node has noticed', () => attic.stderr().includes(dead), 40_000);
    await waitUntil('the server has noticed', async () => (await crew().nodeView('attic'))?.state === 'offline');
    // In time: a node whose lease has run out already may find its task with somebody else.
    expect((await crew().server().timeline(id)).filter((line) => line.endsWith(': leased > ready'))).toEqual([]);
    await machine.plugIn();
    const { tasks } = await crew().expectWholeFilm(id);
    expect(tasks.map(({ key, attempt }) => `${key} ${attempt}`)).toEqual([
      ...['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1', 'video-0001 1'],
    ]);
  }, 120_000);
});
