import { expect, test } from 'vitest';
import { type DeskFacts, isDone, noFacts } from '#main/desktop/decide/facts.ts';
import { keepsAwake } from '#main/desktop/decide/keep-awake.ts';
import { alsoLent, worksOf } from '#main/desktop/decide/mode-works.ts';
import { hourMs, pauseFor, pauseLeftMs } from '#main/desktop/decide/pause.ts';
import { afterDeath, type Deaths } from '#main/desktop/decide/restart-delay.ts';
import { idleSince, updateTurn } from '#main/desktop/decide/update-turn.ts';

const idle: DeskFacts = {
  ...{ ...noFacts, mode: 'server', server: 'running' },
  queue: { running: 0, waiting: 0, progress: null },
};
const busy: DeskFacts = { ...idle, queue: { running: 1, waiting: 0, progress: 0.5 } };

test('the machine stays awake while it encodes, and only then', () => {
  const power = { wanted: true, onBattery: false };
  expect({
    idle: keepsAwake(idle, power),
    busy: keepsAwake(busy, power),
    lent: keepsAwake({ ...noFacts, mode: 'node', node: 'running', lentTasks: 1 }, power),
    paused: keepsAwake({ ...busy, pause: { untilMs: null } }, power),
    finishing: keepsAwake({ ...busy, isFinishing: true }, power),
    onBattery: keepsAwake(busy, { ...power, onBattery: true }),
    unwanted: keepsAwake(busy, { ...power, wanted: false }),
  }).toEqual({
    idle: false,
    busy: true,
    lent: true,
    paused: false,
    finishing: false,
    onBattery: false,
    unwanted: false,
  });
});

test('all is done when nothing runs and nothing waits, and not before the server has said so', () => {
  expect({
    idle: isDone(idle),
    busy: isDone(busy),
    waiting: isDone({ ...idle, queue: { running: 0, waiting: 1, progress: null } }),
    untold: isDone({ ...idle, queue: null }),
    starting: isDone({ ...noFacts, mode: 'node', node: 'starting' }),
    lentIdle: isDone({ ...noFacts, mode: 'node', node: 'running' }),
  }).toEqual({ idle: true, busy: false, waiting: false, untold: false, starting: false, lentIdle: true });
});

test('a pause for an hour is over after an hour, also of sleep', () => {
  const pause = pauseFor(hourMs, 1_000);
  expect([pauseLeftMs(pause, 1_000), pauseLeftMs(pause, hourMs), pauseLeftMs(pause, 9 * hourMs)]).toEqual([
    hourMs,
    1_000,
    0,
  ]);
  expect(pauseLeftMs(pauseFor(null, 1_000), 9 * hourMs)).toBeNull();
});

test('work that dies is started again, ever later, and given up when it dies of the start', () => {
  let deaths: Deaths = { inRow: 0 };
  const told: unknown[] = [];
  for (let i = 0; i < 7; i += 1) {
    const next = afterDeath(deaths, 500);
    deaths = next.deaths;
    told.push(next.kind === 'restart' ? next.afterMs : next.kind);
  }
  expect(told).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 'give-up']);
  expect(afterDeath({ inRow: 6 }, 60_000)).toEqual({ kind: 'restart', afterMs: 1_000, deaths: { inRow: 1 } });
});

test('a mode says what runs, and a server that is lent stays one', () => {
  expect([null, 'server' as const, 'node' as const, 'both' as const].map(worksOf)).toEqual([
    [],
    ['server'],
    ['node'],
    ['server', 'node'],
  ]);
  expect([alsoLent(null), alsoLent('node'), alsoLent('server'), alsoLent('both')]).toEqual([
    'node',
    'node',
    'both',
    'both',
  ]);
});

test('updates are looked for four times a day, and put in place when nobody looks and nothing has been done for a while', () => {
  const facts = { wanted: true, isReady: false, lookedAtMs: null, isHidden: true, idleSinceMs: 0 };
  const ready = { ...facts, isReady: true };
  const minuteMs = 60_000;
  expect({
    first: updateTurn(facts, 0),
    soonAfter: updateTurn({ ...facts, lookedAtMs: 0 }, 5 * hourMs),
    later: updateTurn({ ...facts, lookedAtMs: 0 }, 6 * hourMs),
    unwanted: updateTurn({ ...ready, wanted: false }, 6 * hourMs),
    justIdle: updateTurn(ready, 9 * minuteMs),
    calm: updateTurn(ready, 10 * minuteMs),
    lookedAt: updateTurn({ ...ready, isHidden: false }, 10 * minuteMs),
    busy: updateTurn({ ...ready, idleSinceMs: null }, 10 * minuteMs),
  }).toEqual({
    first: 'look',
    soonAfter: 'nothing',
    later: 'look',
    unwanted: 'nothing',
    justIdle: 'nothing',
    calm: 'install',
    lookedAt: 'nothing',
    busy: 'nothing',
  });
  expect([idleSince(null, idle, 5), idleSince(5, idle, 9), idleSince(5, busy, 9)]).toEqual([5, 5, null]);
});
