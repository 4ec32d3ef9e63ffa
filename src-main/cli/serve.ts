import { Command, InvalidArgumentError } from 'commander';
import { startServer } from '#main/app/server.ts';
import { ServerUnusable } from '#main/app/server-unusable.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { createLogger } from '#main/platform/logger.ts';
import { openSettings } from '#main/platform/settings-book.ts';
import type { Settings } from '#shared/model/settings.ts';
import { interruption } from './interruption.ts';
import { Unusable } from './unusable.ts';

type ServeOptions = {
  port?: number;
  host?: string;
  data?: string;
  root?: string[];
  node: boolean;
  mdns: boolean;
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
    .option('--no-mdns', 'do not search the network for nodes')
    .option('--no-open', 'do not open the browser')
    .action(async (options: ServeOptions) => {
      const signal = interruption(clock);
      const dataDir = dataFolder(options.data, process.env);
      const log = createLogger('info');
      const opened = await openSettings({ dataDir, flags: flagsOf(options), environment: process.env, log });
      if (!opened.ok) throw new Unusable(opened.message);
      const { book } = opened;
      log.setLevel(book.current().logLevel);
      book.onChange(({ settings: { logLevel } }) => log.setLevel(logLevel));
      const tools = await findFfmpeg();
      try {
        const server = await startServer({
          ...{ tools, clock, encrewVersion, dataDir },
          settings: book,
          log,
        });
        if (server.waitsForOwner) {
          process.stderr.write(
            `encrew: only this machine can connect until it has an owner: set one up at ${server.url}, or by encrew owner\n`,
          );
        }
        process.stdout.write(`Encrew is ready at ${server.url}\n`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        await server.stop();
        book.close();
      } catch (error) {
        if (error instanceof ServerUnusable) throw new Unusable(error.message, { cause: error });
        throw error;
      }
    });
}

/** What was said on the command line, and nothing else: it goes before environment and file. */
function flagsOf({ port, host, root, node, mdns, open }: ServeOptions): Partial<Settings> {
  return {
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(root === undefined ? {} : { roots: root }),
    ...(node ? {} : { node }),
    ...(mdns ? {} : { mdns }),
    ...(open ? {} : { open }),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
