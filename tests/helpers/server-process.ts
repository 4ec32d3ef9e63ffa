import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { makeToken } from '#main/api/auth/make-token.ts';
import { systemClock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { addToken } from '#main/store/api-tokens.ts';
import { openStore } from '#main/store/open-store.ts';
import { type JobDetail, jobDetail, type JobState, type Task } from '#shared/model/job.ts';
import { jobEventList, taskList } from '#shared/protocol/jobs.ts';
import type { LiveToClient, LiveToServer } from '#shared/protocol/live.ts';
import { knowMachine } from './known-machine.ts';
import { waitUntil } from './wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

export type ServerProcess = {
  url: string;
  pid: number;
  dataDir: string;
  token: string;
  /** All that it printed on stderr so far. */
  stderr(): string;
  /** Asks below `/api/v1`; a body is sent as JSON. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  addJob(body: Record<string, unknown>): Promise<string>;
  job(id: string): Promise<JobDetail>;
  tasks(id: string): Promise<Task[]>;
  /** `queued > probing`, `audio: ready > leased`: the timeline. */
  timeline(id: string): Promise<string[]>;
  waitForState(id: string, state: JobState, timeoutMs?: number): Promise<JobDetail>;
  /** The news, as a dashboard hears them. */
  live(): Socket<LiveToClient, LiveToServer>;
  /** At once, and without a word. */
  kill(): Promise<void>;
  /** By SIGTERM; the exit code. */
  stop(): Promise<number | null>;
};

/** A server as a process of its own, without a browser; ended with the test. Error with what it said when it does not start. */
export async function startServerProcess(
  dataDir: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  set: {
    /** Without a token nobody can sign in yet. */
    token?: boolean;
    /** Nothing is known of this machine; it is found out once for all tests otherwise. */
    isNewMachine?: boolean;
    /** Another machine of the network that it runs on; with `--host`, it is reached there. */
    machine?: { address: string; wrap: readonly string[] };
    /** Who ends it; the test that asked for it, when left out. */
    onEnd?: (end: () => Promise<void>) => void;
  } = {},
): Promise<ServerProcess> {
  if (set.isNewMachine !== true) await knowMachine(dataDir);
  // A server without an owner opens its door in two steps, and ends what came by the narrow one.
  const early = args.includes('--host') && set.token !== false ? await adminToken(dataDir) : null;
  const wrap = set.machine?.wrap ?? [];
  const words = [...wrap, process.execPath, entry, 'serve', '--port', '0', '--no-open', '--data', dataDir, ...args];
  const child = spawn(words[0] ?? process.execPath, words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What other machines of the network say is no business of a test that does not ask for it.
    env: { ...process.env, ENCREW_MDNS: 'off', ...environment },
  });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const sockets: Socket[] = [];
  (set.onEnd ?? onTestFinished)(async () => {
    for (const socket of sockets) socket.disconnect();
    child.kill('SIGKILL');
    await ended;
  });
  const ownUrl = await readyUrl(child, () => stderr);
  const url = set.machine === undefined ? ownUrl : `http://${set.machine.address}:${new URL(ownUrl).port}`;
  const token = early ?? (set.token !== false ? await adminToken(dataDir) : '');

  const ask: ServerProcess['ask'] = async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const job = async (id: string): Promise<JobDetail> => jobDetail.parse((await ask('GET', `/jobs/${id}`)).body);
  return {
    ...{ url, dataDir, token, ask, job },
    pid: child.pid ?? -1,
    stderr: () => stderr,
    addJob: async (wish) => {
      const { status, body } = await ask('POST', '/jobs', wish);
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return jobDetail.pick({ id: true }).loose().parse(body).id;
    },
    tasks: async (id) => taskList.parse((await ask('GET', `/jobs/${id}/tasks?limit=200`)).body).items,
    timeline: async (id) => {
      const { items } = jobEventList.parse((await ask('GET', `/jobs/${id}/events?limit=200`)).body);
      return items.map(({ kind, taskKey, from, to }) =>
        kind === 'created' ? 'created' : `${taskKey === null ? '' : `${taskKey}: `}${from} > ${to}`,
      );
    },
    waitForState: async (id, state, timeoutMs = 60_000) => {
      let last: JobDetail | null = null;
      await waitUntil(
        `job ${id} is ${state}`,
        async () => {
          last = await job(id);
          if (last.state !== state && last.state === 'failed')
            throw new Error(`it failed: ${JSON.stringify(last.error)}`);
          return last.state === state;
        },
        timeoutMs,
      );
      if (last === null) throw new Error('unreachable: the job was read');
      return last;
    },
    live: () => {
      const socket: Socket<LiveToClient, LiveToServer> = io(`${url}/live`, {
        auth: { token },
        transports: ['websocket'],
      });
      sockets.push(socket);
      return socket;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** As `encrew token` makes one beside a server, without the second that its process takes to start. */
export async function adminToken(dataDir: string): Promise<string> {
  const wish = { name: 'tests', role: 'admin', expiresInDays: null, userId: null, parent: null } as const;
  const { secret, row } = makeToken({ id: newId(), ...wish }, systemClock.nowMs());
  const store = await openStore(dataDir);
  try {
    await addToken(store.db, row);
  } finally {
    await store.close();
  }
  return secret;
}

function readyUrl(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the server has no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^Encrew is ready at (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said()}`)));
  });
}
