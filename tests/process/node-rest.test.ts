import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BusyState, busySentence, judge, notBusy, type Reading, signOf } from '#main/agent/offer/busy.ts';
import { leastUsed, readCoreList, writeCoreList } from '#main/agent/offer/core-list.ts';
import { cpuTimes, othersLoad } from '#main/agent/offer/cpu-load.ts';
import { isFullScreen } from '#main/agent/offer/full-screen.ts';
import { gpusOf, hottest } from '#main/agent/offer/machine-facts.ts';
import { allowedSlots } from '#main/agent/offer/slots.ts';
import { isWorthTelling } from '#main/agent/offer/worth-telling.ts';
import { type NodeLimits, nodeLimits } from '#shared/model/node.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const gib = 2 ** 30;
const disk = (freeGib: number) => ({ freeBytes: freeGib * gib, totalBytes: 500 * gib });
const fine: Reading = {
  ...{ inHours: true, onBattery: false, fullScreen: false, temperatureC: 50, othersLoad: 0.1 },
  ...{ freeMemoryBytes: 4 * gib, memoryBytes: 8 * gib, disk: disk(100) },
};
const limits = (set: object = {}) => nodeLimits.parse(set);

/** What it says after each reading, so many seconds after the start. */
function says(readings: readonly [atSec: number, Partial<Reading>][], allowed: NodeLimits = limits()) {
  let state: BusyState = notBusy;
  return readings.map(([atSec, reading]) => {
    state = judge(state, { ...fine, ...reading }, allowed, atSec * 1000);
    const sign = signOf(state);
    return sign === null ? null : busySentence(sign, allowed);
  });
}

describe('a node rests', () => {
  test('at the hours of its owner, at once and no longer', () => {
    const hours = 'its owner lends it at other hours';
    expect(
      says([
        [0, {}],
        [10, { inHours: false }],
        [20, {}],
      ]),
    ).toEqual([null, hours, null]);
  });

  test('while a program runs in full screen, and for a minute after: one looks at something else in between', () => {
    const playing = 'a program runs in full screen';
    const seen: [number, Partial<Reading>][] = [
      [0, { fullScreen: true }],
      [30, { fullScreen: false }],
      [40, { fullScreen: true }],
      [50, { fullScreen: false }],
      [109, { fullScreen: false }],
      [110, { fullScreen: false }],
    ];
    expect(says(seen)).toEqual([playing, playing, playing, playing, playing, null]);
    expect(says(seen, limits({ pauseInFullScreen: false }))).toEqual([null, null, null, null, null, null]);
  });

  test('on battery, but not when a plug only wiggles', () => {
    const battery = 'it runs on battery';
    const seen: [number, Partial<Reading>][] = [
      [0, { onBattery: true }],
      [5, { onBattery: false }],
      [10, { onBattery: true }],
      [20, { onBattery: true }],
      [40, { onBattery: false }],
      [70, { onBattery: false }],
    ];
    expect(says(seen)).toEqual([null, null, null, battery, battery, null]);
    expect(
      says(
        [
          [0, { onBattery: true }],
          [60, { onBattery: true }],
        ],
        limits({ pauseOnBattery: false }),
      ),
    ).toEqual([null, null]);
  });

  test('above its owner’s temperature, until it has cooled down by five degrees for a minute', () => {
    const hot = 'it is hotter than 80 °C';
    const seen: [number, Partial<Reading>][] = [
      [0, { temperatureC: 80 }],
      [10, { temperatureC: 81 }],
      [20, { temperatureC: 78 }],
      [200, { temperatureC: 76 }],
      [210, { temperatureC: 74 }],
      [269, { temperatureC: 74 }],
      [270, { temperatureC: 74 }],
    ];
    expect(says(seen, limits({ maxTemperatureC: 80 }))).toEqual([null, hot, hot, hot, hot, hot, null]);
    expect(says([[0, { temperatureC: 120 }]])).toEqual([null]);
  });

  test('when others keep its processor busy for three minutes, and not for a moment', () => {
    const loaded = 'other programs keep its processor busy';
    const seen: [number, Partial<Reading>][] = [
      [0, { othersLoad: 0.95 }],
      [170, { othersLoad: 0.95 }],
      [175, { othersLoad: 0.8 }],
      [180, { othersLoad: 0.95 }],
      [360, { othersLoad: 0.95 }],
      [370, { othersLoad: 0.8 }],
      [500, { othersLoad: 0.8 }],
      [510, { othersLoad: 0.2 }],
      [540, { othersLoad: 0.2 }],
    ];
    expect(says(seen)).toEqual([null, null, null, null, loaded, loaded, loaded, loaded, null]);
  });

  test('when memory or disk run short, and begins again when there is clearly enough', () => {
    const full = 'the disk of its work folder is nearly full';
    const seen: [number, Partial<Reading>][] = [
      [0, { disk: disk(0.9) }],
      [60, { disk: disk(1.4) }],
      [200, { disk: disk(1.6) }],
      [260, { disk: disk(1.6) }],
    ];
    expect(says(seen)).toEqual([full, full, full, null]);
    // A small disk is not full for being small.
    expect(says([[0, { disk: { freeBytes: 2 ** 25, totalBytes: 2 ** 26 } }]])).toEqual([null]);
    const memory = 'it is short of memory';
    const short = { freeMemoryBytes: gib / 4 };
    expect(
      says([
        [0, short],
        [10, short],
        [20, {}],
        [80, {}],
      ]),
    ).toEqual([null, memory, memory, null]);
  });

  test('never for what can’t be told', () => {
    const unknown: Partial<Reading> = {
      ...{ onBattery: null, fullScreen: null, temperatureC: null, othersLoad: null },
      ...{ freeMemoryBytes: null, disk: null },
    };
    expect(
      says(
        [
          [0, unknown],
          [500, unknown],
        ],
        limits({ maxTemperatureC: 60 }),
      ),
    ).toEqual([null, null]);
  });
});

describe('full screen', { skip: process.platform === 'win32' }, () => {
  /** A folder with a program that prints `answers` by its first argument. */
  async function pathWith(program: string, script: string): Promise<NodeJS.ProcessEnv> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, program), 0o755);
    return { DISPLAY: ':9', PATH: folder };
  }
  const window = 'case "$1" in -root) echo "_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007";;';

  test('is what the active window of X11 says of itself', async () => {
    const full = await pathWith('xprop', `${window} *) echo "_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN";; esac`);
    const not = await pathWith('xprop', `${window} *) echo "_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED";; esac`);
    const none = await pathWith('xprop', 'echo "_NET_ACTIVE_WINDOW(WINDOW): window id # 0x0"');
    expect(await Promise.all([full, not, none].map((env) => isFullScreen('linux', env)))).toEqual([true, false, false]);
  });

  test('is what Windows and macOS answer', async () => {
    const playing = await pathWith('powershell.exe', 'echo 3');
    const free = await pathWith('powershell.exe', 'echo 5');
    const mac = await pathWith('osascript', 'echo true');
    expect(await isFullScreen('win32', playing)).toBe(true);
    expect(await isFullScreen('win32', free)).toBe(false);
    expect(await isFullScreen('darwin', mac)).toBe(true);
  });

  test('can’t be told without a display, a program or the right to ask', async () => {
    const refused = await pathWith('osascript', 'echo "not allowed assistive access" >&2; exit 1');
    const odd = await pathWith('powershell.exe', 'echo "is not recognized"');
    expect(await isFullScreen('linux', { PATH: '/nowhere' })).toBeNull();
    expect(await isFullScreen('linux', { PATH: '/nowhere', DISPLAY: ':9' })).toBeNull();
    expect(await isFullScreen('darwin', refused)).toBeNull();
    expect(await isFullScreen('win32', odd)).toBeNull();
    expect(await isFullScreen('aix', {})).toBeNull();
  });
});

test('others’ share of the processor leaves out what the node uses itself', () => {
  const before = { busyMs: 1_000, totalMs: 10_000, ownMs: 500 };
  expect(othersLoad(before, { busyMs: 10_000, totalMs: 20_000, ownMs: 8_500 }, false)).toBeCloseTo(0.1);
  expect(othersLoad(before, { busyMs: 10_000, totalMs: 20_000, ownMs: null }, false)).toBeNull();
  expect(othersLoad(before, { busyMs: 10_000, totalMs: 20_000, ownMs: null }, true)).toBeCloseTo(0.9);
  expect(othersLoad(before, before, true)).toBeNull();
});

test('what a child uses is the node’s own, in the kernel only when it is nice', {
  skip: process.platform !== 'linux',
}, async () => {
  const used = async (niceness: number): Promise<number> => {
    const before = cpuTimes(niceness > 0).ownMs ?? 0;
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    setPriority(child.pid ?? 0, niceness);
    const mine = process.cpuUsage();
    await waitUntil('it has used a fifth of a second', () => childMs(child.pid ?? 0) >= 200);
    const own = (cpuTimes(niceness > 0).ownMs ?? 0) - before;
    const { user, system } = process.cpuUsage(mine);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return own - (user + system) / 1000;
  };
  expect(await used(0)).toBeGreaterThan(150);
  expect(await used(10)).toBeLessThan(150);
});

function childMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]) * 10;
}

test('the owner’s number of tasks counts, but nothing makes a GPU of none', () => {
  const machine = { cores: 8, encoders: offer.encoders };
  expect(allowedSlots(machine, limits())).toEqual({ cpu: 4, io: 1, 'gpu-encode': 0, 'gpu-scale': 4 });
  const wanted = limits({ slots: { cpu: 1, 'gpu-encode': 2 } });
  expect(allowedSlots(machine, wanted)).toEqual({ cpu: 1, io: 1, 'gpu-encode': 0, 'gpu-scale': 4 });
  const proven = [{ name: 'h264_nvenc', works: true, reason: null, megapixelsPerSec: null }];
  expect(allowedSlots({ cores: 1, encoders: proven }, limits())).toEqual({
    ...{ cpu: 1, io: 1, 'gpu-encode': 1, 'gpu-scale': 1 },
  });
});

test('a degree and a megabyte are no news, everything else is', () => {
  const now = { ...offer, temperatureC: 60, diskFreeBytes: 10 * gib };
  expect(isWorthTelling(now, { ...now, temperatureC: 62, diskFreeBytes: 10 * gib - 2 ** 20 })).toBe(false);
  expect(isWorthTelling(now, { ...now, temperatureC: 63 })).toBe(true);
  expect(isWorthTelling(now, { ...now, temperatureC: null })).toBe(true);
  expect(isWorthTelling(now, { ...now, diskFreeBytes: 9 * gib })).toBe(true);
  expect(isWorthTelling(now, { ...now, busy: 'it runs on battery' })).toBe(true);
});

test('GPUs stand in the order of the bus, and what drivers leave out is unknown', () => {
  const found = gpusOf([
    { busAddress: '0000:41:00.0', model: '', name: '', vendor: 'AMD', vram: null },
    { busAddress: '0000:01:00.0', model: 'GeForce RTX 3060', memoryTotal: 12_288, vram: 12_288 },
  ]);
  expect(found).toEqual([
    { index: 0, model: 'GeForce RTX 3060', memoryBytes: 12 * gib },
    { index: 1, model: 'AMD', memoryBytes: null },
  ]);
});

test('the hottest sensor counts, and a broken one does not', () => {
  expect(hottest([null, 41.6, undefined, 39, -1, 0, 511])).toBe(42);
  expect(hottest([null, -1])).toBeNull();
});

test('lists of cores are read as taskset reads them', () => {
  expect(readCoreList('0-2,6,4-4\n')).toEqual([0, 1, 2, 4, 6]);
  expect(readCoreList('3-1,x,,0')).toEqual([0]);
  expect(readCoreList('0-99999')).toHaveLength(8_192);
  expect(writeCoreList([0, 2, 3])).toBe('0,2,3');
  expect(
    leastUsed(
      [0, 1, 2, 3],
      new Map([
        [0, 1],
        [1, 1],
        [2, 0],
      ]),
      3,
    ),
  ).toEqual([0, 2, 3]);
});
