import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setDraining } from '#main/fleet/node-rows.ts';
import { tellToForget } from '#main/fleet/job-news.ts';
import { hangUpOnSilent } from '#main/fleet/crew.ts';
import { expireLeases } from '#main/queue/lose-leases.ts';
import { cancelJob, pauseJob } from '#main/queue/steer-job.ts';
import { add, aTask, jobOf, plan, planned, taskStates, timeline } from '#tests/helpers/a-queue.ts';
import { done, type GatewayBench, gatewayBench, joined, type ScriptedNode } from '#tests/helpers/gateway-bench.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { tcpRelay } from '#tests/helpers/tcp-relay.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const leaseOf = (taskId: string, attempt = 1) => ({ taskId, attempt });

describe('a node', () => {
  test('does a whole job, task by task, and tells how it gets on', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    expect(await bench.dispatch()).toBe(2);
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    const [audio] = node.begun;
    expect(audio?.assignment).toMatchObject({
      lease: leaseOf('a.audio'),
      jobId: 'a',
      folderKey: 'folder-a',
      task: { id: 'audio', type: 'audio' },
      choice: { video_640x360: 'libx264' },
      source: { path: '/films/a.mkv' },
      packaging: null,
    });
    audio?.tools.onProgress({ ratio: 0.5, fps: null, speed: 4, bitrateBps: null });
    await waitUntil('progress has come', async () => {
      bench.queue.clock.advance(1_000);
      const { tasks } = await bench.book.flush();
      return tasks.some(({ taskId, ratio, speed }) => taskId === 'a.audio' && ratio === 0.5 && speed === 4);
    });
    expect((await jobOf(bench.queue, 'a')).progress).toBeCloseTo(0.1);
    while ((await jobOf(bench.queue, 'a')).state !== 'completed') await endAll(bench, node);
    expect(node.begun.map(({ assignment }) => assignment.task.id).sort()).toEqual([
      ...['audio', 'package', 'publish', 'validate', 'video-0000'],
    ]);
    expect(node.begun.find(({ assignment }) => assignment.task.id === 'publish')?.assignment.packaging).toMatchObject({
      outDir: '/out',
      outMount: null,
      overwrite: false,
    });
    expect(await timeline(bench.queue, 'a')).toContain('publishing > completed');
    expect(bench.crew.find('local')?.running.size).toBe(0);
  });

  test('is given nothing by what it offered before it knew its orders', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const raw = bench.raw('local');
    const hello = { protocol: 1, nodeId: 'local', name: 'local', version: '1.0.0', offer, running: [] };
    await new Promise((resolve) => raw.say('hello', hello, resolve));
    expect(await bench.dispatch()).toBe(0);
    raw.say('offer', { ...offer, slots: { ...offer.slots, cpu: 1 } });
    await raw.heard();
    expect(await bench.dispatch()).toBe(1);
  });

  test('that fails a task tells why, and another task of it stays as it is', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    node.begun[1]?.end({
      kind: 'failed',
      code: 'stalled',
      message: 'no picture for a minute',
      stderrTail: ['x'],
      findings: [],
    });
    await waitUntil('it is written', async () => (await taskStates(bench.queue, 'a'))[1] === 'video-0000 waiting');
    expect(await taskStates(bench.queue, 'a')).toContain('audio leased');
  });

  test('whose hands throw fails the task and lives on', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    node.failNext(new TypeError('cannot read undefined'));
    await bench.dispatch();
    await waitUntil('it is written', async () => (await taskStates(bench.queue, 'a')).includes('audio waiting'));
    const { errorMessage } = await bench.queue.db
      .selectFrom('task')
      .select('errorMessage')
      .where('id', '=', 'a.audio')
      .executeTakeFirstOrThrow();
    expect(errorMessage).toBe('a fault of Encrew itself: cannot read undefined');
  });

  test('that is stopped gives its tasks back, and it is nobody’s fault', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    await node.stop();
    expect((await taskStates(bench.queue, 'a')).slice(0, 2)).toEqual(['audio ready', 'video-0000 ready']);
    expect(await bench.queue.db.selectFrom('task').select(['failures', 'losses']).distinct().execute()).toEqual([
      { failures: 0, losses: 0 },
    ]);
    await waitUntil('it has left', () => bench.crew.find('local') === null);
  });

  test('stops a task of a cancelled job, and gives its folder up after that', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    node.failForget(new Error('EBUSY'));
    await cancelJob(bench.queue, 'a', null);
    const events = await bench.queue.db.selectFrom('jobEvent').selectAll().where('jobId', '=', 'a').execute();
    await tellToForget(bench.queue, bench.crew, events);
    await waitUntil('the folder is given up', () => node.forgotten.length === 1);
    expect(node.begun.map(({ tools }) => tools.signal.aborted)).toEqual([true, true]);
    expect(node.forgotten).toEqual([{ folderKey: 'folder-a', keepParts: false }]);
    // Nothing came of the stopped tasks, and the node still works.
    expect(bench.endings).toEqual([]);
    await add(bench.queue, 'b');
    await plan(bench.queue);
    expect(await bench.dispatch()).toBe(2);
    await waitUntil('the next job is begun', () => node.begun.length === 4);
  });

  test('keeps the folder of a job that another job of the same film works in, or may go on in', async () => {
    const bench = await gatewayBench();
    for (const id of ['a', 'b']) await planned(bench.queue, id);
    await bench.queue.db.updateTable('jobPlan').set({ folderKey: 'shared' }).execute();
    const node = bench.node();
    await joined(bench);
    await cancelJob(bench.queue, 'a', null);
    const tell = async () =>
      tellToForget(bench.queue, bench.crew, await bench.queue.db.selectFrom('jobEvent').selectAll().execute());
    await tell();
    await pauseJob(bench.queue, 'b');
    await tell();
    await waitUntil('it is told once a job', () => node.forgotten.length === 2);
    expect(node.forgotten).toEqual([
      { folderKey: 'shared', keepParts: true },
      { folderKey: 'shared', keepParts: true },
    ]);
    await cancelJob(bench.queue, 'b', null);
    await tell();
    await waitUntil('the folder is given up', () => node.forgotten.length > 2);
    expect(node.forgotten[2]).toEqual({ folderKey: 'shared', keepParts: false });
  });

  test('keeps the folder of a job that goes on again before it heard of its end', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    const past = { kind: 'state', toState: 'cancelled', jobId: 'a' };
    const [some] = await bench.queue.db.selectFrom('jobEvent').selectAll().execute();
    if (some === undefined) throw new Error('nothing happened');
    await tellToForget(bench.queue, bench.crew, [{ ...some, ...past }]);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    expect(node.forgotten).toEqual([]);
  });
});

describe('the gateway refuses', () => {
  test('a stranger, who is told so', async () => {
    const bench = await gatewayBench();
    const node = bench.node({ auth: { key: 'guessed' } });
    expect(await node.refused).toBe('this node is not known here');
    expect(bench.crew.members()).toEqual([]);
    expect(await bench.queue.db.selectFrom('node').selectAll().execute()).toEqual([]);
  });

  test('a protocol that is two apart, and says which side to update; one apart is welcome', async () => {
    const bench = await gatewayBench();
    const raw = bench.raw();
    // Whatever else a later version may say.
    const later = await new Promise((resolve) => raw.say('hello', { protocol: 3, sings: true }, resolve));
    expect(later).toEqual({
      ok: false,
      message: 'the node speaks protocol 3, the server 1: update Encrew on the server',
    });
    expect(await raw.hello({ protocol: -1 })).toEqual({
      ok: false,
      message: 'the node speaks protocol -1, the server 1: update Encrew on the node',
    });
    expect(bench.crew.members()).toEqual([]);
    expect(await raw.hello({ protocol: 2 })).toMatchObject({ ok: true });
  });

  test('a greeting that it does not understand, or in the name of another', async () => {
    const bench = await gatewayBench();
    const refusal = { ok: false, message: 'the greeting was not understood' };
    expect(await bench.raw().hello({ name: '' })).toEqual(refusal);
    expect(await bench.raw('far').hello({ nodeId: 'local' })).toEqual(refusal);
    expect(bench.crew.members()).toEqual([]);
  });

  test('packaging by a node that is not the server’s own, whatever it offers', async () => {
    const bench = await gatewayBench();
    expect(await bench.raw('far').hello()).toMatchObject({ ok: true });
    expect(bench.crew.find('far')?.offer.packages).toBe(false);
  });

  test('words without sense, and stays up', async () => {
    const bench = await gatewayBench();
    const raw = bench.raw();
    for (const event of ['hello', 'beat', 'progress', 'ended']) {
      for (const words of [[], [null], [{}], [{ running: [] }], ['x', 'y']]) raw.say(event, ...words);
    }
    raw.say('ended', { lease: leaseOf('none'), ending: done });
    expect(await raw.hello()).toMatchObject({ ok: true, heartbeatMs: 5_000, lost: [] });
    expect(await raw.socket.timeout(5_000).emitWithAck('ended', { lease: leaseOf('none'), ending: done })).toEqual({
      state: 'lost',
    });
  });
});

describe('a line that drops', () => {
  test('and comes back keeps its leases, and nothing is done twice', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const relay = await tcpRelay(bench.port);
    const node = bench.node({ url: relay.url });
    await joined(bench);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    relay.cut();
    await waitUntil('it has left', () => bench.crew.find('local') === null);
    // What ends meanwhile is told when the line is there again.
    node.begun[0]?.end(done);
    relay.mend();
    await joined(bench);
    await waitUntil('the end is told', async () => (await taskStates(bench.queue, 'a'))[0] === 'audio completed');
    expect(await taskStates(bench.queue, 'a')).toContain('video-0000 leased');
    expect(bench.endings.every(({ taskId, attempt }) => taskId === 'a.audio' && attempt === 1)).toBe(true);
    await waitUntil('its place is free', () => bench.crew.find('local')?.running.size === 1);
    await endAll(bench, node);
    while ((await jobOf(bench.queue, 'a')).state !== 'completed') await endAll(bench, node);
    expect(node.begun).toHaveLength(5);
    expect(await bench.queue.db.selectFrom('task').select(['attempt', 'losses']).distinct().execute()).toEqual([
      { attempt: 1, losses: 0 },
    ]);
  });

  test('loses nothing of what the server could not write: it is told again', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const node = bench.node();
    await joined(bench);
    await bench.dispatch();
    await waitUntil('two tasks are begun', () => node.begun.length === 2);
    bench.failEnding(new Error('SQLITE_FULL'));
    node.begun[0]?.end(done);
    await waitUntil('it was told', () => bench.endings.length === 1);
    expect((await taskStates(bench.queue, 'a'))[0]).toBe('audio leased');
    bench.failEnding(null);
    await waitUntil('it was told again', async () => {
      bench.queue.clock.advance(100);
      return (await taskStates(bench.queue, 'a'))[0] === 'audio completed';
    });
    expect(bench.endings).toHaveLength(2);
  });

  test('while the node is being greeted leaves no member behind', async () => {
    const bench = await gatewayBench();
    const raw = bench.raw();
    await waitUntil('the line is open', () => raw.socket.connected);
    let open = (): void => {};
    const held = bench.queue.db.transaction().execute(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    void raw.hello().catch(() => {});
    await waitUntil('the greeting is on its way', () => raw.socket.io.engine.writeBuffer.length === 0);
    const before = bench.pokes();
    raw.socket.disconnect();
    const again = bench.raw('other');
    await waitUntil('the server knows', () => again.socket.connected);
    open();
    await held;
    expect(await again.hello()).toMatchObject({ ok: true });
    expect(bench.crew.members().map(({ nodeId }) => nodeId)).toEqual(['other']);
    expect(bench.pokes()).toBeGreaterThan(before);
    const row = await bench.queue.db.selectFrom('node').selectAll().where('id', '=', 'local').executeTakeFirst();
    expect(row?.disconnectedAtMs ?? 0).not.toBeNull();
  });

  test('after a newer one of the same node has come changes nothing', async () => {
    const bench = await gatewayBench();
    const [first, second] = [bench.raw(), bench.raw()];
    await first.hello();
    await second.hello();
    first.socket.disconnect();
    await waitUntil('the server knows', () => bench.pokes() >= 3);
    expect(bench.crew.find('local')).not.toBeNull();
    await second.hello({ name: 'again' });
    const row = await bench.queue.db.selectFrom('node').selectAll().executeTakeFirst();
    expect(row?.disconnectedAtMs).toBeNull();
  });

  test('because the server could not look the node up, or greet it, is opened again', async () => {
    const bench = await gatewayBench();
    bench.failAdmit(new Error('SQLITE_BUSY'));
    const node = bench.node();
    await waitUntil('it was turned away', () => bench.admissions() > 0);
    bench.failAdmit(null);
    await waitUntil('it has joined', () => {
      bench.queue.clock.advance(100);
      return bench.crew.find('local') !== null;
    });
    bench.kick();
    await waitUntil('it has left', () => bench.crew.find('local') === null);
    await waitUntil('it has joined again', () => {
      bench.queue.clock.advance(100);
      return bench.crew.find('local') !== null;
    });
    await node.stop();
  });
});

describe('a lease', () => {
  test('of a node that began anew without it is free at once', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const first = bench.raw();
    await first.hello();
    await bench.dispatch();
    await waitUntil('two tasks are given', () => first.assigned.length === 2);
    first.socket.disconnect();
    const second = bench.raw();
    expect(await second.hello({ running: [leaseOf('a.video-0000')] })).toMatchObject({ lost: [] });
    expect((await taskStates(bench.queue, 'a')).slice(0, 2)).toEqual(['audio ready', 'video-0000 leased']);
    expect(await bench.dispatch()).toBe(1);
    await waitUntil('it is given anew', () => second.assigned.length === 1);
    expect(second.assigned[0]?.lease).toEqual(leaseOf('a.audio', 2));
  });

  test('that a node still works on but does not have any more is told to it when it comes back', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    expect(await bench.raw().hello({ running: [leaseOf('a.audio', 7), leaseOf('x.audio')] })).toMatchObject({
      ok: true,
      lost: [leaseOf('a.audio', 7), leaseOf('x.audio')],
    });
  });

  test('that ran out is taken back: its node is told to stop, and its place is free', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const raw = bench.raw();
    await raw.hello();
    await bench.dispatch();
    await waitUntil('two tasks are given', () => raw.assigned.length === 2);
    await raw.heard();
    bench.queue.clock.advance(20_000);
    const beat = { running: [leaseOf('a.video-0000')] };
    expect(await raw.socket.timeout(5_000).emitWithAck('beat', beat)).toEqual({ lost: [] });
    bench.queue.clock.advance(10_000);
    expect(await expireLeases(bench.queue)).toBe(1);
    expect([...(bench.crew.find('local')?.running.keys() ?? [])]).toEqual(['a.video-0000']);
    await waitUntil('the node is told', () => raw.stopped.length === 1);
    expect(raw.stopped).toEqual([leaseOf('a.audio')]);
    expect(await raw.socket.timeout(5_000).emitWithAck('beat', { running: [leaseOf('a.audio')] })).toEqual({
      lost: [leaseOf('a.audio')],
    });
  });

  test('that ran out while its node was out of reach is the node’s again when it comes back with it', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const first = bench.raw('attic');
    const running = [leaseOf('a.audio'), leaseOf('a.video-0000')] as const;
    await first.hello();
    await bench.dispatch();
    await waitUntil('two tasks are given', () => first.assigned.length === 2);
    await first.heard();
    bench.queue.clock.advance(30_000);
    // The line is half open: nobody ended it.
    const silent = hangUpOnSilent(bench.crew, 30_000, bench.queue.clock.monotonicMs());
    expect(silent.map(({ nodeId }) => nodeId)).toEqual(['attic']);
    expect(bench.crew.members()).toEqual([]);
    expect(await expireLeases(bench.queue)).toBe(2);
    await waitUntil('its end of the line is down', () => !first.socket.connected);
    expect(first.stopped).toEqual([]);
    const second = bench.raw('attic');
    // What ended meanwhile is told first.
    const ended = await second.socket.timeout(5_000).emitWithAck('ended', { lease: running[0], ending: done });
    expect(ended).toEqual({ state: 'accepted' });
    expect(await second.hello({ running: [...running] })).toMatchObject({ ok: true, lost: [leaseOf('a.audio')] });
    expect([...(bench.crew.find('attic')?.running.keys() ?? [])]).toEqual(['a.video-0000']);
    expect((await taskStates(bench.queue, 'a')).slice(0, 2)).toEqual(['audio completed', 'video-0000 leased']);
    expect(await bench.dispatch()).toBe(0);
  });

  test('of a node that speaks is never taken for one of a dead line', async () => {
    const bench = await gatewayBench();
    const raw = bench.raw('attic');
    await raw.hello();
    bench.queue.clock.advance(29_000);
    await raw.socket.timeout(5_000).emitWithAck('beat', { running: [] });
    bench.queue.clock.advance(29_000);
    expect(hangUpOnSilent(bench.crew, 30_000, bench.queue.clock.monotonicMs())).toEqual([]);
    expect(raw.socket.connected).toBe(true);
  });

  test('that was lost counts for nothing when its end is told late, and a later one keeps its place', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const raw = bench.raw();
    await raw.hello();
    await bench.dispatch();
    await waitUntil('two tasks are given', () => raw.assigned.length === 2);
    await raw.heard();
    bench.queue.clock.advance(30_000);
    await expireLeases(bench.queue);
    await bench.dispatch();
    await waitUntil('both are given again', () => raw.assigned.length === 4);
    const late = { lease: leaseOf('a.audio'), ending: done };
    expect(await raw.socket.timeout(5_000).emitWithAck('ended', late)).toEqual({ state: 'lost' });
    expect((await taskStates(bench.queue, 'a'))[0]).toBe('audio leased');
    expect(bench.crew.find('local')?.running.get('a.audio')?.attempt).toBe(2);
    const now = { lease: leaseOf('a.audio', 2), ending: done };
    expect(await raw.socket.timeout(5_000).emitWithAck('ended', now)).toEqual({ state: 'accepted' });
    expect((await taskStates(bench.queue, 'a'))[0]).toBe('audio completed');
  });
});

describe('giving out tasks', () => {
  test('a node that says that it is full is left alone for a while, and its task is free', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const raw = bench.raw();
    await raw.hello();
    raw.answer({ accepted: false, reason: 'no room' });
    await bench.dispatch();
    await waitUntil('it was asked', () => raw.assigned.length > 0);
    await waitUntil('the tasks are free', async () => (await readyOf(bench)) === 2);
    expect(await bench.dispatch()).toBe(0);
    expect(raw.assigned).toHaveLength(2);
    expect(bench.crew.find('local')?.running.size).toBe(0);
    const [first] = await bench.queue.db.selectFrom('task').select(['failures', 'losses']).execute();
    expect(first).toEqual({ failures: 0, losses: 0 });
    bench.queue.clock.advance(2_000);
    raw.answer({ accepted: true, reason: null });
    expect(await bench.dispatch()).toBe(2);
  });

  test('a node that does not answer keeps nobody else waiting', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const [silent, other] = [bench.raw('silent'), bench.raw('other')];
    silent.answer(null);
    await silent.hello();
    await bench.dispatch();
    await other.hello();
    await add(bench.queue, 'b');
    await plan(bench.queue);
    await bench.dispatch();
    await waitUntil('the other has work', () => other.assigned.length >= 2);
    await waitUntil('the silent one is given up', async () => {
      bench.queue.clock.advance(1_000);
      return bench.crew.find('silent')?.running.size === 0;
    });
    await waitUntil('it is told to stop', () => silent.stopped.length > 0);
  });

  test('whether a node has what it did not answer for is known when it comes back', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const first = bench.raw();
    first.answer(null);
    await first.hello();
    await bench.dispatch();
    await waitUntil('two tasks are given', () => first.assigned.length === 2);
    first.socket.disconnect();
    await waitUntil('it has left', () => bench.crew.find('local') === null);
    expect((await taskStates(bench.queue, 'a')).slice(0, 2)).toEqual(['audio leased', 'video-0000 leased']);
    await bench.raw().hello({ running: [leaseOf('a.audio')] });
    expect((await taskStates(bench.queue, 'a')).slice(0, 2)).toEqual(['audio leased', 'video-0000 ready']);
  });

  test('a job whose plan can’t be read fails, and holds nobody up', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    await planned(bench.queue, 'b');
    await bench.queue.db.updateTable('jobPlan').set({ planJson: '{"half' }).where('jobId', '=', 'a').execute();
    const raw = bench.raw();
    await raw.hello();
    await bench.dispatch();
    await bench.dispatch();
    await waitUntil('the other job is begun', () => raw.assigned.length === 2);
    expect(raw.assigned.map(({ jobId }) => jobId)).toEqual(['b', 'b']);
    const job = await jobOf(bench.queue, 'a');
    expect(job).toMatchObject({ state: 'failed', errorCode: 'unknown' });
    expect(job.errorMessage).toMatch(/^its plan can't be read: /);
  });

  test('a task whose disk went away is begun again when it is back, and nothing is written meanwhile', async () => {
    const bench = await gatewayBench();
    const nas = join(bench.queue.dataDir, 'nas');
    await add(bench.queue, 'a', { mounts: { input: nas, output: '/' } });
    await plan(bench.queue, [aTask('audio')]);
    const raw = bench.raw();
    await raw.hello();
    expect(await bench.dispatch()).toBe(1);
    const fault = { kind: 'failed' as const, code: 'bad-input' as const, message: 'no such file' };
    await raw.socket
      .timeout(5_000)
      .emitWithAck('ended', { lease: leaseOf('a.audio'), ending: { ...fault, stderrTail: [], findings: [] } });
    const before = await timeline(bench.queue, 'a');
    expect(before.at(-1)).toBe('audio: leased > waiting');
    for (let minute = 0; minute < 10; minute += 1) {
      bench.queue.clock.advance(60_000);
      expect(await bench.dispatch()).toBe(0);
    }
    expect(await timeline(bench.queue, 'a')).toEqual(before);
    await bench.queue.db.updateTable('job').set({ mountsJson: '{"input":"/","output":"/"}' }).execute();
    expect(await bench.dispatch()).toBe(1);
  });

  test('a drained node finishes what it has and gets nothing new, also when it comes back', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    const raw = bench.raw();
    await raw.hello();
    await setDraining(bench.queue, bench.crew, 'local', true);
    expect(await bench.dispatch()).toBe(0);
    raw.socket.disconnect();
    const again = bench.raw();
    await again.hello();
    expect(await bench.dispatch()).toBe(0);
    await setDraining(bench.queue, bench.crew, 'local', false);
    expect(await bench.dispatch()).toBe(2);
  });

  test('nobody gets more than it has places for', async () => {
    const bench = await gatewayBench();
    await planned(bench.queue, 'a');
    await planned(bench.queue, 'b');
    await bench.raw().hello({ offer: { ...offer, slots: { ...offer.slots, cpu: 3 } } });
    expect(await bench.dispatch()).toBe(3);
    expect(await bench.dispatch()).toBe(0);
  });
});

/** Gives what can be given, and ends everything that was begun. */
async function endAll(bench: GatewayBench, node: ScriptedNode): Promise<void> {
  await bench.dispatch();
  const id = bench.queue;
  await waitUntil('nothing is being given', async () => {
    const leased = await id.db.selectFrom('task').select('id').where('state', '=', 'leased').execute();
    return leased.every(({ id: taskId }) => node.begun.some(({ assignment }) => assignment.lease.taskId === taskId));
  });
  for (const { assignment, end } of node.begun) {
    end({ ...done, output: assignment.task.type === 'publish' ? '/out/a/a.m3u8' : null });
  }
  await waitUntil('all ends are told', () => bench.crew.find('local')?.running.size === 0);
}

async function readyOf({ queue }: GatewayBench): Promise<number> {
  return (await queue.db.selectFrom('task').select('id').where('state', '=', 'ready').execute()).length;
}
