#!/usr/bin/env node
// Plays an FFmpeg whose GPU has faults: `h264_vaapi` works while the file $FAKE_GPU_WORKS is there, the driver of
// `h264_nvenc` has no encoder, `hevc_nvenc` is content and writes nothing, `h264_qsv` writes another codec.
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';

const args = process.argv.slice(2);
const fail = (words = '') => {
  process.stderr.write(`${words}\n`);
  process.exit(1);
};

if (args.includes('-encoders')) {
  process.stdout.write(` V....D libx264      software (codec h264)
 V....D h264_nvenc   a GPU (codec h264)
 V....D hevc_nvenc   a GPU (codec hevc)
 V..... h264_qsv     a GPU (codec h264)
 V....D h264_vaapi   a GPU (codec h264)
`);
  process.exit(0);
}
if (args.includes('-decoders') || args.includes('-filters')) process.exit(0);
if (args.includes('h264_nvenc')) fail('[h264_nvenc @ 0x55d0c8a0b2c0] No capable devices found');
if (args.includes('hevc_nvenc')) process.exit(0);
if (args.includes('h264_vaapi') && !existsSync(process.env.FAKE_GPU_WORKS ?? '')) {
  fail('[h264_vaapi @ 0x55d0c8a0b2c0] Failed to initialise VAAPI connection: 1 (operation failed).');
}
if (args.some((word) => word.includes('loop=loop=-1'))) {
  if (process.env.FAKE_GPU_SLOW === 'yes') setInterval(() => {}, 1_000);
  else {
    process.stdout.write(`frame=${args[args.indexOf('-frames:v') + 1]}\nprogress=end\n`);
    process.exit(0);
  }
} else {
  const device = args.indexOf('-vaapi_device');
  if (device >= 0) args.splice(device, 2);
  const real = args
    .map((word) => (word === 'h264_vaapi' ? 'libx264' : word === 'h264_qsv' ? 'mpeg4' : word))
    .map((word) => (word === 'format=nv12,hwupload' ? 'format=yuv420p' : word));
  const child = spawn('ffmpeg', real, { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 1));
}
