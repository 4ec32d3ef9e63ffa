import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/*
 * A line between two machines: carries UDP packets from each to the other as the weather is that stdin told last. Arguments:
 * the near address, the near machine, the far address, the far machine, the port of all four.
 */

const weather = z.object({ lostOfSent: z.number(), lostOfGot: z.number(), delayMs: z.number() });
const [near = '', nearMachine = '', far = '', farMachine = '', port = ''] = process.argv.slice(2);
let now: z.infer<typeof weather> = { lostOfSent: 0, lostOfGot: 0, delayMs: 0 };

const [nearSocket, farSocket] = [createSocket('udp4'), createSocket('udp4')];
nearSocket.on('message', (packet) => carry(now.lostOfSent, () => farSocket.send(packet, Number(port), farMachine)));
farSocket.on('message', (packet) => carry(now.lostOfGot, () => nearSocket.send(packet, Number(port), nearMachine)));

function carry(lost: number, send: () => void): void {
  if (chance() >= lost) setTimeout(send, now.delayMs);
}

/** The same weather each time: a test that fails by bad luck would fail again. Numerical Recipes' generator. */
let state = 1;
function chance(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  now = weather.parse(JSON.parse(line));
});
process.stdin.on('end', () => process.exit(0));
nearSocket.bind(Number(port), near, () => {
  farSocket.bind(Number(port), far, () => process.stdout.write('ready\n'));
});
