import { fork } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type FromWork, fromWork, type ToWork, type WorkOrders } from '#main/desktop/work-messages.ts';
import { jobDetail } from '#shared/model/job.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { pairingView } from '#shared/protocol/pairing.ts';
import { knowMachine } from '../helpers/known-machine.ts';
import { makeClapperFilm } from '../helpers/clapper-film.ts';
import { adminToken, startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * What the desktop app runs beside its window: a process that is told by messages what to do, and tells what comes of it.
 */

const program = fileURLToPath(new URL('programs/desktop-work.ts', import.meta.url));

type Work = {
  heard: FromWork[];
  say: (message: ToWork | string) => void;
  /** The first message of that kind, as soon as it is there. */
  first: <Kind extends FromWork['kind']>(kind: Kind) => Promise<Extract<FromWork, { kind: Kind }>>;
  ended: Promise<number | null>;
};

function startWork(environment: NodeJS.ProcessEnv = {}): Work {
  const child = fork(program, { env: { ...process.env, ENCREW_MDNS: 'off', ENCREW_PORT: '0', ...environment } });
  const heard: FromWork[] = [];
  child.on('message', (raw) => heard.push(fromWork.parse(raw)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const isOf = <Kind extends FromWork['kind']>(kind: Kind) => {
    return (message: FromWork): message is Extract<FromWork, { kind: Kind }> => message.kind === kind;
  };
  return {
    ...{ heard, ended },
    say: (message) => child.send(message),
    first: async (kind) => {
      await waitUntil(`the work tells ${kind}`, () => heard.some(isOf(kind)) || child.exitCode !== null, 60_000);
      const found = heard.find(isOf(kind));
      if (found === undefined) throw new Error(`it ended with ${child.exitCode} and said ${JSON.stringify(heard)}`);
      return found;
    },
  };
}

const orders = (work: WorkOrders['work'], dataDir: string): WorkOrders => ({
  ...{ kind: 'orders', work, dataDir, version: '0.1.0', name: 'Den', isPaused: false },
  wishes: { pauseOnBattery: false, pauseInFullScreen: false },
  secrets: { keyBase64: null, isWanted: true },
});

test('the server tells of its queue and its films, rests when asked, and leaves nothing when it is stopped', async () => {
  const [dataDir, folder] = [await temporaryFolder(), await temporaryFolder()];
  await knowMachine(dataDir);
  const film = await makeClapperFilm(folder, { num: 25, den: 1 });
  const work = startWork();
  work.say('what nobody understands');
  work.say(orders('server', dataDir));
  const { url } = await work.first('started');
  const token = await adminToken(dataDir);
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const online = async (): Promise<string[]> =>
    nodeList.parse(await ask('/nodes')).items.flatMap(({ id, state }) => (state === 'online' ? [id] : []));
  await waitUntil('this machine works', async () => (await online()).includes('local'), 60_000);

  work.say({ kind: 'rest' });
  await waitUntil('this machine rests', async () => (await online()).length === 0, 30_000);
  await ask('/jobs', { input: film, outputDir: join(folder, 'out'), profile: 'draft' });
  work.say({ kind: 'resume' });
  await work.first('news');

  const news = work.heard.flatMap((message) => (message.kind === 'news' ? [message.news] : []));
  expect(news).toEqual([{ kind: 'job-completed', jobId: expect.any(String), title: basename(film) }]);
  const queue = work.heard.flatMap((message) => (message.kind === 'queue' ? [message.queue] : []));
  expect(queue.some(({ running, progress }) => running === 1 && progress !== null)).toBe(true);
  await waitUntil('nothing runs', () => work.heard.some((one) => one.kind === 'queue' && one.queue.running === 0));

  const jobId = news[0]?.kind === 'job-completed' ? news[0].jobId : '';
  work.say({ kind: 'locate', ask: 1, jobId });
  work.say({ kind: 'locate', ask: 2, jobId: 'nobody’s' });
  await waitUntil('both are answered', () => work.heard.some((one) => one.kind === 'located' && one.ask === 2));
  const located = work.heard.flatMap((one) => (one.kind === 'located' ? [one.path] : []));
  expect(located).toEqual([expect.any(String), null]);
  const shown = jobDetail.parse(await ask(`/jobs/${jobId}`)).output;
  expect([located[0], (await stat(located[0] ?? '')).isFile()]).toEqual([shown, true]);

  work.say({ kind: 'stop' });
  expect(await work.ended).toBe(0);
  expect(work.heard.at(-1)).toEqual({ kind: 'stopped' });
  await expect(fetch(`${url}/api/v1/health`)).rejects.toThrow('fetch failed');
}, 180_000);

test('what can’t start says why in one line, and ends', async () => {
  const server = await startServerProcess(await temporaryFolder(), ['--no-node'], {}, { token: false });
  const refusal = async (work: WorkOrders['work']): Promise<unknown> => {
    const one = startWork();
    one.say(orders(work, server.dataDir));
    return { said: await one.first('refused'), code: await one.ended };
  };
  const message = expect.stringMatching(/^another Encrew.* \(process \d+ on .*\) has .*: stop it/);
  expect(await refusal('server')).toEqual({ said: { kind: 'refused', message }, code: 0 });
  expect(await refusal('node')).toEqual({ said: { kind: 'refused', message }, code: 0 });
  const noFfmpeg = startWork({ ENCREW_FFMPEG: '/nowhere/ffmpeg' });
  noFfmpeg.say(orders('server', await temporaryFolder()));
  expect((await noFfmpeg.first('refused')).message).toMatch(/^The FFmpeg set by you does not work: /);
}, 120_000);

test('a lent machine shows the digits of its pairing, works, rests, and belongs to nobody once it is unpaired', async () => {
  const dataDir = await temporaryFolder();
  await knowMachine(dataDir);
  const server = await startServerProcess(await temporaryFolder(), ['--no-node']);
  const work = startWork();
  work.say(orders('node', dataDir));
  const lent = () => work.heard.findLast((one) => one.kind === 'lent')?.lent ?? null;
  await waitUntil('it can be paired', () => lent()?.port !== null && lent() !== null, 60_000);
  expect(lent()).toEqual({ name: 'Den', port: expect.any(Number), serverUrl: null, pairing: null });

  const address = `127.0.0.1:${lent()?.port}`;
  const { body } = await server.ask('POST', '/nodes/pairings', { address });
  const { id, digits } = pairingView.parse(body);
  await waitUntil('it shows the digits', () => lent()?.pairing !== null);
  expect(lent()?.pairing).toMatchObject({ address: '127.0.0.1', digits });
  await server.ask('POST', `/nodes/pairings/${id}/confirm`);
  const states = async (): Promise<string[]> =>
    nodeList.parse((await server.ask('GET', '/nodes')).body).items.map(({ state }) => state);
  await waitUntil('it works for the server', async () => (await states())[0] === 'online', 60_000);
  await waitUntil('it knows whom it works for', () => lent()?.serverUrl !== null);
  expect(lent()).toMatchObject({ serverUrl: server.url, pairing: null });

  work.say({ kind: 'rest' });
  await waitUntil('it rests', async () => (await states())[0] === 'offline', 30_000);
  work.say({ kind: 'resume' });
  await waitUntil('it works again', async () => (await states())[0] === 'online', 60_000);
  work.say({ kind: 'unpair' });
  await waitUntil('it has no server', () => lent()?.serverUrl === null, 30_000);
  const news = work.heard.flatMap((message) => (message.kind === 'news' ? [message.news.kind] : []));
  expect(news).toEqual(['pairing-asked', 'paired']);
  work.say({ kind: 'stop' });
  expect(await work.ended).toBe(0);
}, 180_000);
