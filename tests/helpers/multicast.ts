import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { TestContext } from 'vitest';
import { encode, type Packet } from 'dns-packet';

const group = '224.0.0.251';

/** Skips the test, and says why, where the processes of this machine can't reach each other by multicast. */
export async function needsMulticast({ skip }: TestContext): Promise<void> {
  if ((await multicastAddress()) === null) skip('this machine has no multicast on any network');
}

/** Of a network that has multicast, of this machine alone only where there is no other; null where there is none. */
async function multicastAddress(): Promise<string | null> {
  const all = Object.values(networkInterfaces()).flatMap((list = []) => list.filter(({ family }) => family === 'IPv4'));
  const addresses = [...all.filter(({ internal }) => !internal), ...all].map(({ address }) => address);
  for (const address of addresses) if (await loopsBack(address)) return address;
  return null;
}

async function loopsBack(address: string): Promise<boolean> {
  const [ear, mouth] = [createSocket({ type: 'udp4', reuseAddr: true }), createSocket('udp4')];
  try {
    await bound(ear);
    await bound(mouth);
    ear.addMembership(group, address);
    mouth.setMulticastInterface(address);
    const heard = new Promise<boolean>((resolve) => {
      ear.once('message', () => resolve(true));
      setTimeout(() => resolve(false), 1_000);
    });
    mouth.send('hello', ear.address().port, group);
    return await heard;
  } catch {
    return false;
  } finally {
    ear.close();
    mouth.close();
  }
}

function bound(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '0.0.0.0', resolve);
  });
}

/** Somebody on the network who says whatever he likes, by mDNS. */
export async function multicastStranger(): Promise<{
  send: (packet: Packet | Buffer) => Promise<void>;
  close: () => void;
}> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await bound(socket);
  socket.setMulticastInterface((await multicastAddress()) ?? '127.0.0.1');
  return {
    send: (packet) =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.isBuffer(packet) ? packet : encode(packet);
        socket.send(bytes, 5353, group, (error) => (error === null ? resolve() : reject(error)));
      }),
    close: () => socket.close(),
  };
}
