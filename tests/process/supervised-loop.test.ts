import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '#main/platform/logger.ts';
import { type SupervisedLoop, superviseLoop } from '#main/platform/supervised-loop.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';

type Bench = {
  clock: HandClock;
  loop: SupervisedLoop;
  /** Of each turn so far, its signal. */
  turns: AbortSignal[];
  /** How the present turn ends; null for well. */
  end: (error: Error | null) => Promise<void>;
};

async function aLoop(): Promise<Bench> {
  const clock = handClock(1_000_000);
  const turns: AbortSignal[] = [];
  let settle = (_error: Error | null): void => {};
  const loop = superviseLoop({
    ...{ name: 'dispatch', everyMs: 1_000, stuckAfterMs: 30_000, clock, log: silentLogger },
    turn: (signal) => {
      turns.push(signal);
      return new Promise((resolve, reject) => {
        settle = (error) => (error === null ? resolve() : reject(error));
      });
    },
  });
  const end: Bench['end'] = async (error) => {
    settle(error);
    await setImmediate();
  };
  onTestFinished(async () => {
    const stopped = loop.stop();
    settle(null);
    await stopped;
  });
  await setImmediate();
  return { clock, loop, turns, end };
}

async function pass(clock: HandClock, ms: number): Promise<void> {
  clock.advance(ms);
  await setImmediate();
}

test('a loop turns at once and then in its own time', async () => {
  const { clock, loop, turns, end } = await aLoop();
  expect(loop.health()).toEqual({
    ...{ name: 'dispatch', isHealthy: true, lastOkAtMs: null, failuresInRow: 0, lastError: null },
  });
  await end(null);
  await pass(clock, 999);
  expect(turns).toHaveLength(1);
  await pass(clock, 1);
  expect(turns).toHaveLength(2);
  await end(null);
  expect(loop.health()).toMatchObject({ isHealthy: true, lastOkAtMs: 1_001_000 });
});

test('a poke ends the rest, and one during a turn causes one more turn, however many came', async () => {
  const { clock, loop, turns, end } = await aLoop();
  await end(null);
  loop.poke();
  await setImmediate();
  expect(turns).toHaveLength(2);
  for (let i = 0; i < 3; i += 1) loop.poke();
  await end(null);
  expect(turns).toHaveLength(3);
  await end(null);
  expect([turns.length, clock.pendingMs()]).toEqual([3, [1_000]]);
});

test('a turn that fails is tried again after ever longer pauses, which no poke shortens', async () => {
  const { clock, loop, turns, end } = await aLoop();
  const pauses: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    await end(new Error('SQLITE_BUSY'));
    loop.poke();
    await setImmediate();
    expect(turns).toHaveLength(i + 1);
    const [pauseMs = 0] = clock.pendingMs();
    pauses.push(pauseMs);
    await pass(clock, pauseMs);
  }
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('health turns red with the third failure in a row and heals with the next good turn', async () => {
  const { clock, loop, end } = await aLoop();
  const seen: boolean[] = [];
  for (let i = 0; i < 3; i += 1) {
    await end(new Error(`fault ${i + 1}`));
    seen.push(loop.health().isHealthy);
    await pass(clock, 10_000);
  }
  expect(seen).toEqual([true, true, false]);
  expect(loop.health()).toMatchObject({ failuresInRow: 3, lastError: 'fault 3', lastOkAtMs: null });
  await end(null);
  expect(loop.health()).toEqual({
    ...{ name: 'dispatch', isHealthy: true, lastOkAtMs: 1_030_000, failuresInRow: 0, lastError: null },
  });
});

test('a turn that takes too long turns health red until it ends', async () => {
  const { clock, loop, end } = await aLoop();
  await pass(clock, 30_000);
  expect(loop.health().isHealthy).toBe(true);
  await pass(clock, 1);
  expect(loop.health()).toMatchObject({ isHealthy: false, lastError: 'the present turn takes too long' });
  await end(null);
  expect(loop.health()).toMatchObject({ isHealthy: true, lastError: null });
});

test('a turn that throws before its first wait is a failure like any other', async () => {
  const clock = handClock();
  const loop = superviseLoop({
    ...{ name: 'plan', everyMs: 1_000, stuckAfterMs: 30_000, clock, log: silentLogger },
    turn: () => {
      throw new TypeError('no such thing');
    },
  });
  await setImmediate();
  expect(loop.health()).toMatchObject({ failuresInRow: 1, lastError: 'no such thing' });
  await loop.stop();
});

test('a stop aborts the turn and waits for it, and what it throws then is no failure', async () => {
  const { clock, loop, turns, end } = await aLoop();
  let hasStopped = false;
  const stop = async (): Promise<void> => {
    await loop.stop();
    hasStopped = true;
  };
  const stopped = stop();
  await setImmediate();
  expect([turns[0]?.aborted, hasStopped]).toEqual([true, false]);
  await end(new Error('stopped'));
  await stopped;
  expect(loop.health().failuresInRow).toBe(0);
  await pass(clock, 60_000);
  expect(turns).toHaveLength(1);
});
