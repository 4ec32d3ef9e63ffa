import type { VideoCodec, VideoRendition } from '#shared/model/plan.ts';
import { encoderOptions } from './encoder-options.ts';
import { deviceOptions } from './gpu-device.ts';

export type BenchmarkSize = { width: number; height: number };

/**
 * Encodes noise and motion and keeps nothing, with the options that a film gets. One second is made and shown again and
 * again: making it anew would take longer than a fast encoder needs for it.
 */
export function benchmarkArgs(
  encoder: string,
  codec: VideoCodec,
  { width, height }: BenchmarkSize,
  frames: number,
  gpuDevice: string | null,
): string[] {
  const { vaapi, pixels } = uploading(encoder);
  const gop = { encoder, gopFrames: 60, pass: null, statsFile: '' };
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error', '-progress', 'pipe:1'],
    ...deviceOptions([encoder], gpuDevice),
    ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=30:duration=1`],
    ...['-vf', `noise=alls=4:allf=t,format=${pixels},loop=loop=-1:size=30${vaapi ? ',hwupload' : ''}`],
    ...['-frames:v', String(frames)],
    ...encoderOptions(rendition(encoder, codec, { width, height }), gop),
    ...['-f', 'null', '-'],
  ];
}

function uploading(encoder: string): { vaapi: boolean; pixels: string } {
  const vaapi = encoder.endsWith('_vaapi');
  return { vaapi, pixels: vaapi || encoder.endsWith('_qsv') ? 'nv12' : 'yuv420p' };
}

function rendition(encoder: string, codec: VideoCodec, size: BenchmarkSize): VideoRendition {
  return {
    ...size,
    ...{ id: 'benchmark', codec, encoders: [encoder] },
    rate: {
      mode: 'crf',
      crf: codec === 'h264' || codec === 'hevc' ? 23 : 35,
      targetBps: null,
      peakBps: null,
      bufferBits: null,
    },
    ...{ preset: null, tune: null, profile: null, level: null, pixelFormat: 'yuv420p' },
    ...{ dynamicRange: 'sdr', toneMapped: false, masteringDisplay: null, contentLight: null, options: {} },
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' },
  };
}
