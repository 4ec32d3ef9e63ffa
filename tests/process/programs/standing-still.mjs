// Reports the same progress again and again, like an FFmpeg that waits for a dead disk.
const block = 'frame=7\nfps=0.0\nout_time_us=280000\ndup_frames=0\ndrop_frames=0\nspeed=0x\nprogress=continue\n';
setInterval(() => process.stdout.write(block), 20);
