import { Command, InvalidArgumentError } from 'commander';
import { startServer } from '#main/app/server.ts';
import { ServerUnusable } from '#main/app/server-unusable.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { createLogger } from '#main/platform/logger.ts';
import { settings } from '#shared/model/settings.ts';
import { interruption } from './interruption.ts';
import { Unusable } from './unusable.ts';

type ServeOptions = {
  port?: number;
  host?: string;
  data?: string;
  root?: string[];
  node: boolean;
  open: boolean;
};

/** `encrew serve`: server mode until it is stopped. */
export function serveCommand(encrewVersion: string, clock: Clock = systemClock): Command {
  return new Command('serve')
    .description('Runs the server: the queue, its interface, and this machine as its first node.')
    .option('--port <port>', 'TCP port; 0 takes a free one', portOf)
    .option('--host <address>', 'address to listen on')
    .option('--data <dir>', 'where the queue, checkpoints and logs are kept')
    .option('--root <dir...>', 'folders that jobs may read and write, and people may browse')
    .option('--no-node', 'do not lend this machine')
    .option('--no-open', 'do not open the browser')
    .action(async (options: ServeOptions) => {
      const signal = interruption(clock);
      const wanted = settings.parse({
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.root === undefined ? {} : { roots: options.root }),
        node: options.node,
        open: options.open,
      });
      const tools = await findFfmpeg();
      try {
        const server = await startServer({
          ...{ tools, clock, encrewVersion },
          dataDir: dataFolder(options.data, process.env),
          settings: wanted,
          log: createLogger(wanted.logLevel),
        });
        if (server.waitsForOwner) {
          process.stderr.write(
            `encrew: only this machine can connect until it has an owner: set one up at ${server.url}, or by encrew owner\n`,
          );
        }
        process.stdout.write(`Encrew is ready at ${server.url}\n`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        await server.stop();
      } catch (error) {
        if (error instanceof ServerUnusable) throw new Unusable(error.message, { cause: error });
        throw error;
      }
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
