/** One second: long enough for B-frames, reordering and rate control to start. */
export const trialFrames = 30;

/** A second of moving picture through one encoder; wide enough for every GPU's smallest size. */
export function trialEncodeArgs(encoder: string, outputPath: string): string[] {
  const vaapi = encoder.endsWith('_vaapi');
  return [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-v',
    'error',
    '-y',
    ...(vaapi ? ['-vaapi_device', '/dev/dri/renderD128'] : []),
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
    '-b:v',
    '2M',
    '-f',
    'matroska',
    outputPath,
  ];
}
