import { runWork } from '#main/desktop/run-work.ts';
import { systemClock } from '#main/platform/clock.ts';
import { createLogger } from '#main/platform/logger.ts';

/* The desktop app's work in a process of Node, with Node's channel in place of Electron's port. */

await runWork(
  {
    send: (message) => void process.send?.(message),
    listen: (hear) => void process.on('message', hear),
  },
  { clock: systemClock, log: createLogger('warn'), environment: process.env },
);
process.exit();
