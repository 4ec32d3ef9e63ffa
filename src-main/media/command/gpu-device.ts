/*
 * Which GPU an encoder runs on. NVENC needs no option: other GPUs are hidden from FFmpeg by its environment.
 */

/** The first GPU of a Linux machine. */
const firstRenderNode = '/dev/dri/renderD128';

/**
 * Global options that open the device which the encoders of a command need. VAAPI comes last: FFmpeg uploads pictures to
 * the device that was opened last.
 *
 * @param device a render node (Linux) or the number of an adapter (Windows); null leaves it to FFmpeg
 */
export function deviceOptions(encoders: readonly string[], device: string | null): string[] {
  const qsv = device !== null && encoders.some((name) => name.endsWith('_qsv'));
  const vaapi = encoders.some((name) => name.endsWith('_vaapi'));
  return [...(qsv ? ['-qsv_device', device] : []), ...(vaapi ? ['-vaapi_device', device ?? firstRenderNode] : [])];
}
