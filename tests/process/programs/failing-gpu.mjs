#!/usr/bin/env node
// Plays an FFmpeg with a GPU that gives up at the second chunk: h264_nvenc is libx264 till then.
import { spawn } from 'node:child_process';

const args = process.argv.slice(2);
const onGpu = args.includes('h264_nvenc');
if (onGpu && args.some((word) => word.startsWith('video-0001'))) {
  process.stderr.write(`[h264_nvenc @ 0x55d0c8a0b2c0] OpenEncodeSessionEx failed: out of memory (10): (no details)
Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0
Conversion failed!
`);
  process.exit(1);
}
const unknown = new Set(['-rc', '-cq', '-no-scenecut', '-forced-idr', '-strict_gop']);
const real = onGpu
  ? args
      .filter((word, i) => !unknown.has(word) && !unknown.has(args[i - 1] ?? ''))
      .map((word, i, all) => (word === 'h264_nvenc' ? 'libx264' : all[i - 1] === '-preset' ? 'ultrafast' : word))
  : args;
const child = spawn('ffmpeg', real, { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
