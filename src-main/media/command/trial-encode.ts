import { deviceOptions } from './gpu-device.ts';

/** One second: long enough for B-frames, reordering and rate control to start. */
export const trialFrames = 30;

/** A second of moving picture through one encoder; wide enough for every GPU's smallest size. */
export function trialEncodeArgs(encoder: string, outputPath: string, gpuDevice: string | null = null): string[] {
  const vaapi = encoder.endsWith('_vaapi');
  return [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-v',
    'error',
    '-y',
    ...deviceOptions([encoder], gpuDevice),
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=640x360:rate=${trialFrames}`,
    '-frames:v',
    String(trialFrames),
    '-vf',
    vaapi ? 'format=nv12,hwupload' : encoder.endsWith('_qsv') ? 'format=nv12' : 'format=yuv420p',
    '-c:v',
    encoder,
    ...(quick[encoder] ?? []),
    '-b:v',
    '2M',
    '-f',
    'matroska',
    outputPath,
  ];
}

/** At their usual pace some would take half a minute for it. */
const quick: Readonly<Record<string, readonly string[]>> = {
  libx264: ['-preset', 'ultrafast'],
  libx265: ['-preset', 'ultrafast', '-x265-params', 'log-level=error'],
  libsvtav1: ['-preset', '12'],
  'libaom-av1': ['-cpu-used', '8', '-usage', 'realtime'],
  'libvpx-vp9': ['-deadline', 'realtime', '-cpu-used', '8'],
};
