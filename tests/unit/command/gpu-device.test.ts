import { expect, test } from 'vitest';
import { benchmarkArgs } from '#main/media/command/benchmark-command.ts';
import { deviceOptions } from '#main/media/command/gpu-device.ts';
import { trialEncodeArgs } from '#main/media/command/trial-encode.ts';
import { videoCommands } from '#main/media/command/video-command.ts';
import { aFacts } from '#tests/helpers/a-facts.ts';
import { builtIn, planOf } from '#tests/helpers/a-plan.ts';

test('only encoders that need a device open one, on the owner’s GPU or on the first', () => {
  const second = '/dev/dri/renderD129';
  expect(deviceOptions(['libx264', 'h264_nvenc'], second)).toEqual([]);
  expect(deviceOptions(['h264_vaapi'], null)).toEqual(['-vaapi_device', '/dev/dri/renderD128']);
  expect(deviceOptions(['h264_vaapi', 'hevc_vaapi'], second)).toEqual(['-vaapi_device', second]);
  expect(deviceOptions(['h264_qsv'], null)).toEqual([]);
  expect(deviceOptions(['h264_vaapi', 'h264_qsv'], second)).toEqual(['-qsv_device', second, '-vaapi_device', second]);
});

test('trials, benchmarks and films run on the same GPU', () => {
  const device = '/dev/dri/renderD129';
  const plan = planOf(aFacts(), builtIn('draft'));
  const task = plan.tasks.find(({ type }) => type === 'video');
  if (task === undefined) throw new Error('the plan has no picture');
  const choice = Object.fromEntries(plan.video.map(({ id }) => [id, 'h264_vaapi']));
  const [film] = videoCommands(plan, task, choice, '/film.mkv', 'folder', device);
  const trial = trialEncodeArgs('h264_vaapi', 'trial.mkv', device);
  const benchmark = benchmarkArgs('h264_vaapi', 'h264', { width: 1280, height: 720 }, 60, device);
  for (const args of [film?.args ?? [], trial, benchmark]) {
    expect(args[args.indexOf('-vaapi_device') + 1]).toBe(device);
    expect(args.indexOf('-vaapi_device')).toBeLessThan(args.indexOf('-i'));
  }
});

test('a benchmark has the options that a film gets, shows one second again and again, and keeps nothing', () => {
  const args = benchmarkArgs('libx264', 'h264', { width: 1920, height: 1080 }, 300, null);
  expect(args.join(' ')).toBe(
    '-hide_banner -nostdin -nostats -v error -progress pipe:1 -f lavfi -i testsrc2=size=1920x1080:rate=30:duration=1 ' +
      '-vf noise=alls=4:allf=t,format=yuv420p,loop=loop=-1:size=30 -frames:v 300 -c:v libx264 -preset medium -crf 23 ' +
      '-threads 6 -g 60 -keyint_min 60 -flags +cgop -sc_threshold 0 -x264-params stitchable=1 -f null -',
  );
});
