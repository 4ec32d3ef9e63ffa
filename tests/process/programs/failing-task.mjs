#!/usr/bin/env node
// Plays an FFmpeg that can't read what the task of ENCREW_TEST_FAILS needs, and is the real one for all others.
import { spawn } from 'node:child_process';

const args = process.argv.slice(2);
const fails = process.env['ENCREW_TEST_FAILS'] ?? '';
if (fails !== '' && args.some((word) => word.includes(`${fails}.partial`))) {
  process.stderr.write(`${args[args.indexOf('-i') + 1]}: Invalid data found when processing input\n`);
  process.exit(1);
}
const child = spawn('ffmpeg', args, { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
