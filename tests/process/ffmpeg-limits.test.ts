import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { allowances, limitedMachine, type Machine, unobeyed } from '#main/agent/offer/allowance.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { nodeLimits } from '#shared/model/node.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

let tools: FfmpegTools;
beforeAll(async () => {
  tools = await thisFfmpeg();
});

const limits = (set: object = {}) => nodeLimits.parse(set);
/** FFmpeg at work until it is stopped, with a size that tells it from others. */
const endless = (size: string) => [
  ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}`],
  ...['-c:v', 'mpeg4', '-threads', '3', '-f', 'null', '-'],
];

describe('on Linux', { skip: process.platform !== 'linux' }, () => {
  test('FFmpeg runs at the owner’s priority and on the owner’s cores, with all of its threads', async () => {
    const machine = await limitedMachine();
    const [core = 0] = machine.cores ?? [];
    const given = allowances(tools, machine, limits({ niceness: 13, cpuSet: String(core), gpuIndex: 2 }), silentLogger);
    const stop = new AbortController();
    const running = runFfmpeg(
      { tool: 'ffmpeg', args: endless('322x242'), cwd: process.cwd() },
      { tools: given.tools, signal: stop.signal, log: silentLogger },
    );
    const pid = await pidWith('size=322x242');
    await waitUntil('it has threads', () => readdirSync(`/proc/${pid}/task`).length > 1);
    const seen = threadsOf(pid);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    stop.abort();
    expect(await running).toMatchObject({ ok: false, code: 'stopped' });
    expect(new Set(seen)).toEqual(new Set([`nice 13, cores ${core}`]));
    expect(environment).toContain('CUDA_VISIBLE_DEVICES=2');
  });

  test('new limits count from the next start; without any FFmpeg has all cores', async () => {
    const machine = await limitedMachine();
    const given = allowances(tools, machine, limits({ niceness: 0, cpuSet: '0' }), silentLogger);
    given.set(limits({ niceness: 5 }));
    const stop = new AbortController();
    const running = runFfmpeg(
      { tool: 'ffmpeg', args: endless('324x242'), cwd: process.cwd() },
      { tools: given.tools, signal: stop.signal, log: silentLogger },
    );
    const pid = await pidWith('size=324x242');
    const [seen] = threadsOf(pid);
    stop.abort();
    await running;
    const own = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    expect(seen).toBe(`nice 5, cores ${own ?? ''}`);
  });

  test('runs side by side share the cores out, and an ended one gives its own back', async () => {
    const four: Machine = { platform: 'linux', cores: [0, 1, 2, 3], hasTaskset: true, renderNodes: [] };
    const { allow } = allowances(tools, four, limits({ threads: 2 }), silentLogger).tools;
    const [first, second, third] = [allow?.(), allow?.(), allow?.()];
    expect([first, second, third].map((one) => one?.cpuSet)).toEqual(['0,1', '2,3', '0,1']);
    second?.end();
    expect(allow?.().cpuSet).toBe('2,3');
  });

  test('hardware encoders run on the owner’s GPU', () => {
    const two: Machine = {
      ...{ platform: 'linux', cores: [0], hasTaskset: true },
      renderNodes: ['/dev/dri/renderD128', '/dev/dri/renderD130'],
    };
    const given = allowances(tools, two, limits({ gpuIndex: 1 }), silentLogger);
    expect(given.tools.gpuDevice?.()).toBe('/dev/dri/renderD130');
    given.set(limits());
    expect(given.tools.gpuDevice?.()).toBeNull();
  });
});

test('what a machine can’t obey is said, and FFmpeg runs as it does without', () => {
  const linux: Machine = { platform: 'linux', cores: [0, 1], hasTaskset: true, renderNodes: [] };
  const windows: Machine = { platform: 'win32', cores: null, hasTaskset: false, renderNodes: [] };
  expect(unobeyed(limits({ cpuSet: '0', threads: 1, gpuIndex: 0 }), linux)).toEqual([]);
  expect(unobeyed(limits({ cpuSet: '6-7', gpuIndex: 1 }), linux)).toEqual([
    'this machine has none of the cores 6-7: FFmpeg may use all',
    'this machine has no GPU 1',
  ]);
  expect(unobeyed(limits({ threads: 2 }), { ...linux, hasTaskset: false })).toEqual([
    'cores and threads of FFmpeg can’t be limited: taskset is not installed',
  ]);
  expect(unobeyed(limits({ cpuSet: '0' }), windows)).toEqual([
    'cores and threads of FFmpeg can be limited on Linux only',
  ]);
  expect(allowances(tools, linux, limits({ cpuSet: '6-7' }), silentLogger).tools.allow?.().cpuSet).toBe('0,1');
  expect(allowances(tools, windows, limits({ cpuSet: '0' }), silentLogger).tools.allow?.().cpuSet).toBeNull();
});

async function pidWith(word: string): Promise<number> {
  let found: number | null = null;
  await waitUntil(`FFmpeg runs with ${word}`, () => {
    found = pids().find((pid) => isFfmpegWith(pid, word)) ?? null;
    return found !== null;
  });
  return found ?? 0;
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function isFfmpegWith(pid: number, word: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (words[0] ?? '').endsWith('ffmpeg') && words.some((one) => one.includes(word));
  } catch {
    return false;
  }
}

/** Of each thread: the 19th field of its stat line, and where it may run. */
function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return `nice ${nice}, cores ${/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1]}`;
  });
}
