import { Command, InvalidArgumentError } from 'commander';
import { hostname } from 'node:os';
import { joinServer } from '#main/agent/join-server.ts';
import {
  forgetPairedServer,
  type PairedServer,
  readPairedServer,
  writePairedServer,
} from '#main/agent/paired-server.ts';
import { lendMachine } from '#main/app/lend-machine.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { type Identity, IdentityUnusable, openIdentity } from '#main/platform/identity.ts';
import { type InviteCode, readInviteCode } from '#main/platform/invite-code.ts';
import { createLogger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import { oneLine } from './one-line.ts';
import { pairingLine } from './pairing-line.ts';
import { Unusable } from './unusable.ts';

type NodeCommandOptions = {
  name: string;
  data?: string;
  server?: string;
  code?: InviteCode;
  mdns: boolean;
  unpair?: boolean;
};

/** `encrew node`: lends this machine to a server until it is stopped. */
export function nodeCommand(encrewVersion: string, clock: Clock = systemClock): Command {
  return new Command('node')
    .description('Lends this machine to an Encrew server.')
    .option('--name <name>', 'what people see', nameOf, hostname())
    .option('--data <dir>', 'where its key, finished parts and logs are kept')
    .option('--server <url>', 'server to join: http://HOST:7420', serverUrlOf)
    .option('--code <code>', 'one-time code of the server (encrew invite)', codeOf)
    .option('--no-mdns', 'do not advertise this machine on the network')
    .option('--unpair', 'forget the server, and end')
    .action(async (options: NodeCommandOptions) => {
      const signal = interruption(clock);
      const dataDir = dataFolder(options.data, process.env);
      const release = await holdDataFolder(dataDir);
      try {
        if (options.unpair === true) await unpair(dataDir);
        else await work(options, { dataDir, signal, encrewVersion, clock });
      } finally {
        await release();
      }
    });
}

type Circumstances = { dataDir: string; signal: AbortSignal; encrewVersion: string; clock: Clock };

async function work(options: NodeCommandOptions, circumstances: Circumstances): Promise<void> {
  const { dataDir } = circumstances;
  const { name, mdns } = options;
  const identity = await identityOf(dataDir, name);
  const tools = await findFfmpeg();
  const server = await serverOf(options, identity, circumstances);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const end = await lendMachine({
    ...{ ...circumstances, identity, name, mdns, tools, server, log: createLogger('info') },
    tell: (news) => {
      if (news.kind === 'waits') say(`Encrew node ${name} waits on port ${news.port} to be paired`);
      if (news.kind === 'pairing') say(pairingLine(news.news));
      if (news.kind === 'works') say(`Encrew node ${name} works for ${news.url}`);
    },
  });
  if (end.kind === 'stopped') return;
  process.stderr.write(`encrew: ${oneLine(end.message)}\n`);
  process.exitCode = exitCode.workFailed;
}

/** By the code that was given, or the server that it was paired with before; null waits for one that pairs with it. */
async function serverOf(
  { name, server: url, code }: NodeCommandOptions,
  identity: Identity,
  { dataDir, encrewVersion, clock }: Circumstances,
): Promise<PairedServer | null> {
  if (code !== undefined) {
    if (url === undefined) throw new Unusable('--code needs the --server that it is for');
    const joined = await joinServer({ url, code, identity, name, version: encrewVersion, clock });
    if (!joined.ok) throw new Unusable(joined.message);
    await writePairedServer(dataDir, joined.server);
    return joined.server;
  }
  const known = await readPairedServer(dataDir);
  if (!known.ok) throw new Unusable(known.message);
  if (known.server === null) {
    if (url === undefined) return null;
    throw new Unusable('this node does not know that server yet: give its --code too (encrew invite)');
  }
  // The same server at another address: its key tells.
  const server = { ...known.server, url: url ?? known.server.url };
  if (server.url !== known.server.url) await writePairedServer(dataDir, server);
  return server;
}

/** The server goes on to know the node until people remove it there; with its file gone the node is nobody's. */
async function unpair(dataDir: string): Promise<void> {
  const had = await forgetPairedServer(dataDir);
  process.stdout.write(had ? 'This node has no server any more\n' : 'This node has no server\n');
}

async function identityOf(dataDir: string, name: string): Promise<Identity> {
  try {
    return await openIdentity(dataDir, name);
  } catch (error) {
    if (error instanceof IdentityUnusable) throw new Unusable(error.message, { cause: error });
    throw error;
  }
}

/** One node a data folder, and no server beside it. Answers how to give it back. */
async function holdDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await makeFolders(dataDir);
  const claim = await claimFolder(dataDir);
  if (claim.ok) return claim.release;
  const { pid, host } = claim.holder;
  throw new Unusable(`another Encrew (process ${pid} on ${host}) has ${dataDir}: stop it, or name another --data`);
}

/** Of a server that nobody set another one for. */
const usualPort = 7420;

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= 100) return name;
  throw new InvalidArgumentError('Give 1 to 100 characters.');
}

/** `https://host:port`: the server's port answers in both ways. */
function serverUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.pathname === '/' && url.search + url.hash === '';
  if (url === null || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Give an address such as http://192.168.1.5:7420.');
  }
  // `URL` leaves out a port that is the scheme's own.
  const named = /:(\d+)\/?$/.exec(text)?.[1];
  return `https://${url.hostname}:${named ?? usualPort}`;
}

function codeOf(text: string): InviteCode {
  const code = readInviteCode(text);
  if (code !== null) return code;
  throw new InvalidArgumentError('Give the five groups of four letters and digits that encrew invite printed.');
}
