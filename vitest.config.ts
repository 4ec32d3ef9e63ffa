import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // FFmpeg takes every core it is given, so more files at once only make each slower.
    maxWorkers: Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2) + 1)),
    // Files share what they import: no test replaces a module, and each start of a worker costs most of a second.
    isolate: false,
    unstubEnvs: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
