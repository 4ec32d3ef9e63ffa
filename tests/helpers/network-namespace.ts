import { execFile, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

/*
 * A network of machines that this kernel plays: each a namespace with a network, addresses and connections of its own, and a
 * cable to a switch. The machine of the tests reaches them through a router, so that nothing they say to everybody leaves it.
 *
 *   this machine --- hub: router and switch --- attic
 *                                           \-- cellar
 */

export type Machine = {
  address: string;
  /** Comes before the command that is to run on it. */
  wrap: readonly string[];
  /** The same for a command that is not to see a file of the machine of the tests. */
  wrapWithout: (path: string) => readonly string[];
  /** Both ends see that there is no cable; connections stay as they are, and nobody says goodbye. */
  pullCable: () => Promise<void>;
  plugIn: () => Promise<void>;
};

/** What a line does to each packet: 0 to 1 of those the machine sends and gets are lost, the others come later. */
export type Weather = { lostOfSent: number; lostOfGot: number; delayMs: number };

/** A machine at the end of a line that can be made bad. */
export type DistantMachine = Machine & { weather: (weather: Weather) => void };

export type Lan = {
  /** Of the machine of the tests, as the others see it. */
  hostAddress: string;
  /** Of a server on the machine of the tests, as the others see it. */
  urlOf: (server: { url: string }) => string;
  addMachine: (name: string) => Promise<Machine>;
  addDistantMachine: (name: string) => Promise<DistantMachine>;
};

/** Of VXLAN itself; each machine has one of its own. */
const vxlanPort = 4789;

const run = promisify(execFile);
const lossyLine = fileURLToPath(new URL('../process/programs/lossy-line.ts', import.meta.url));
/** By process, so that files of tests that run at the same time have networks of their own. */
const prefix = `encrew-${process.pid}-`;
const uplink = `enc${process.pid}`;

/** Why this machine can play no network, for the title of what is skipped; null where it can. */
export const whyNoLan = findWhyNoLan();

/** A network for all tests of a file, gone with them: ask for it in each. Before what runs in it, so that it ends after it. */
export function testLan(): () => Lan {
  let lan: Lan | null = null;
  const ends: (() => void)[] = [];
  beforeAll(async () => {
    await removeLans((pid) => pid === process.pid || !isAlive(pid));
    lan = await makeLan((end) => ends.push(end));
  });
  afterAll(async () => {
    for (const end of ends) end();
    await removeLans((pid) => pid === process.pid);
  });
  return () => {
    if (lan === null) throw new Error('the network has not been made');
    return lan;
  };
}

async function makeLan(onEnd: (end: () => void) => void): Promise<Lan> {
  const net = `10.${64 + ((process.pid >> 8) % 64)}.${process.pid % 256}`;
  const hub = await addNamespace('hub');
  await ip(`link add ${uplink} type veth peer name up0 netns ${hub}`);
  await ip(`address add ${net}.253/30 dev ${uplink}`, `link set ${uplink} up`);
  await ip(`-n ${hub} address add ${net}.254/30 dev up0`, `-n ${hub} link set up0 up`);
  await ip(`-n ${hub} link add lan0 type bridge`, `-n ${hub} address add ${net}.1/25 dev lan0`);
  await ip(`-n ${hub} link set lan0 up`, `route add ${net}.0/25 via ${net}.254`);
  await run('ip', ['netns', 'exec', hub, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  let machines = 1;

  /** The machine's end of its cable is eth0, the other one is in the switch. */
  const plug = async (space: string, port: string): Promise<Machine> => {
    machines += 1;
    const address = `${net}.${machines}`;
    await ip(`-n ${hub} link set ${port} master lan0`, `-n ${hub} link set ${port} up`);
    await ip(`-n ${space} address add ${address}/25 dev eth0`, `-n ${space} link set eth0 up`);
    await ip(`-n ${space} route add default via ${net}.1`);
    const wrap = ['ip', 'netns', 'exec', space];
    return {
      ...{ address, wrap },
      // `ip netns exec` gives a command mounts of its own, which nobody else sees.
      wrapWithout: (path) => [...wrap, 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', path],
      pullCable: () => ip(`-n ${hub} link set ${port} down`),
      plugIn: () => ip(`-n ${hub} link set ${port} up`),
    };
  };
  return {
    hostAddress: `${net}.253`,
    urlOf: ({ url }) => `http://${net}.253:${new URL(url).port}`,
    addMachine: async (name) => {
      const space = await addNamespace(name);
      await ip(`-n ${space} link add eth0 type veth peer name port-${name} netns ${hub}`);
      return plug(space, `port-${name}`);
    },
    addDistantMachine: async (name) => {
      const space = await addNamespace(name);
      const weather = await distance({ hub, space, name, id: machines }, onEnd);
      return { ...(await plug(space, `port-${name}`)), weather };
    },
  };
}

/**
 * Few kernels have the netem queue, so a program does what it does: both ends put whole frames into VXLAN packets (RFC 7348),
 * which the program carries over, later or not at all. TCP of the kernel sees real losses.
 */
async function distance(
  { hub, space, name, id }: { hub: string; space: string; name: string; id: number },
  onEnd: (end: () => void) => void,
): Promise<(weather: Weather) => void> {
  const way = await addNamespace(`${name}-way`);
  // Of a network for documentation (RFC 5737), eight addresses for each distant machine.
  const at = (n: number): string => `192.0.2.${(id % 32) * 8 + n}`;
  for (const [end, port, own, far] of [
    [space, 'near', at(2), at(1)],
    [hub, 'far', at(6), at(5)],
  ] as const) {
    const under = `under-${id}`;
    await ip(`-n ${way} link add ${port} type veth peer name wire-${id} netns ${end}`);
    await ip(`-n ${way} address add ${far}/30 dev ${port}`, `-n ${way} link set ${port} up`);
    // A bridge finishes checksums, which a bare veth leaves to a network card that is not there.
    await ip(`-n ${end} link add ${under} type bridge`, `-n ${end} link set wire-${id} master ${under}`);
    await ip(`-n ${end} link set wire-${id} up`, `-n ${end} link set ${under} up`);
    await ip(`-n ${end} address add ${own}/30 dev ${under}`);
    const frames = end === hub ? `port-${name}` : 'eth0';
    const to = `id ${id} remote ${far} local ${own} dstport ${vxlanPort} dev ${under}`;
    await ip(`-n ${end} link add ${frames} type vxlan ${to}`);
  }
  const words = ['netns', 'exec', way, process.execPath, lossyLine, at(1), at(2), at(5), at(6), String(vxlanPort)];
  const carrier = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  onEnd(() => carrier.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    carrier.stdout.once('data', () => resolve());
    carrier.once('exit', (code) => reject(new Error(`the line ended with ${code}`)));
  });
  return (weather) => void carrier.stdin.write(`${JSON.stringify(weather)}\n`);
}

async function addNamespace(name: string): Promise<string> {
  const space = `${prefix}${name}`;
  await ip(`netns add ${space}`, `-n ${space} link set lo up`);
  return space;
}

/** One after the other; words are parted by single spaces. */
async function ip(...commands: readonly string[]): Promise<void> {
  for (const command of commands) await run('ip', command.split(' '));
}

/** Those of processes that have ended are left by tests that were killed. */
async function removeLans(isMeant: (pid: number) => boolean): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'list']);
  for (const [space = '', pid] of stdout.matchAll(/^encrew-(\d+)-\S+/gm)) {
    if (isMeant(Number(pid))) await run('ip', ['netns', 'delete', space]);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function findWhyNoLan(): string | null {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  if (process.getuid?.() !== 0) return 'network namespaces are for root alone';
  const trial = `${prefix}trial`;
  const ask = (command: string): void => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });
  try {
    ask(`netns add ${trial}`);
  } catch (error) {
    const isMissing = error instanceof Error && error.message.includes('ENOENT');
    return isMissing ? 'there is no ip (package iproute2)' : 'this machine lets nobody make network namespaces';
  }
  try {
    ask(`-n ${trial} link add near type veth peer name far`);
    ask(`-n ${trial} link add lan0 type bridge`);
    ask(`-n ${trial} link add frames type vxlan id 1 remote 192.0.2.1 dstport ${vxlanPort} dev near`);
    return null;
  } catch {
    return 'this kernel lacks veth, bridges or VXLAN';
  } finally {
    ask(`netns delete ${trial}`);
  }
}
