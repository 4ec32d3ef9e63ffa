import { systemClock } from '#main/platform/clock.ts';
import { createLogger } from '#main/platform/logger.ts';
import { noteCrash } from './desktop-log.ts';
import { runWork } from './run-work.ts';

/*
 * The utility process in which server or node run. Electron ends it with the app; what it started has a watchdog of its own.
 */

// Its own processes are this program as Node (see the fuses): without the word they would be another window.
process.env['ELECTRON_RUN_AS_NODE'] = '1';

const [, , logPath] = process.argv;
process.on('uncaughtExceptionMonitor', (error) => noteCrash(logPath ?? null, error));

const { parentPort } = process;
const post = parentPort.postMessage.bind(parentPort);
try {
  await runWork(
    {
      send: post,
      listen: (hear) => void parentPort.on('message', ({ data }) => hear(data)),
    },
    { clock: systemClock, log: createLogger('info'), environment: process.env },
  );
} catch (error) {
  noteCrash(logPath ?? null, error);
  process.exit(1);
}
process.exit();
