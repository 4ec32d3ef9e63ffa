import { Command } from 'commander';
import { localNodeNews, localNodeOrders } from '#main/app/local-node-orders.ts';
import { runLocalNode } from '#main/app/run-local-node.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { createLogger } from '#main/platform/logger.ts';
import { localNodeName } from './program.ts';
import { Unusable } from './unusable.ts';

/** The server's own node, started by the server: its orders come by the channel, and it ends when the channel closes. */
export function localNodeCommand(clock: Clock = systemClock): Command {
  return new Command(localNodeName).description('started by the server itself').action(async () => {
    if (process.channel === undefined) throw new Unusable('local-node is started by the server: use npm start');
    const ended = new Promise<void>((resolve) => process.once('disconnect', resolve));
    // A terminal's Ctrl-C reaches the whole group: the server decides when its node ends.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => {});
    const first = await new Promise<unknown>((resolve) => process.once('message', resolve));
    const orders = localNodeOrders.parse(first);
    const log = createLogger(orders.logLevel);
    process.on('message', (news) => log.setLevel(localNodeNews.parse(news).logLevel));
    await runLocalNode(orders, clock, log, ended);
    // An FFmpeg that won't end has its own watchdog.
    process.exit();
  });
}
