import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './build/test/slow-first.mjs';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // FFmpeg takes every core it is given, but most of what starts processes waits for them.
    maxWorkers: Math.max(2, Math.min(4, availableParallelism() + 1)),
    // Files share what they import: no test replaces a module, and each start of a worker costs most of a second.
    isolate: false,
    sequence: { sequencer: SlowFirst },
    unstubEnvs: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
