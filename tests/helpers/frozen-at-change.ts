import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import fs, { type FileHandle } from 'node:fs/promises';
import { onTestFinished } from 'vitest';

/*
 * Death without a process: work that comes to its n-th change of a file or folder stands still there for ever, as if it had
 * been killed right before. Quick enough to be done at every change there is; dying-program.ts does it with a real process.
 */

type Life = { left: number; noLinks: boolean; end: () => void; handles: FileHandle[] };

const lives = new AsyncLocalStorage<Life>();

/** Lets `work` make `changes` changes, then none ever again. `noLinks` plays a disk without hard links. */
export async function frozenAfter(
  changes: number,
  work: () => Promise<unknown>,
  { noLinks = false }: { noLinks?: boolean } = {},
): Promise<'frozen' | 'ended'> {
  await patched;
  const { promise, resolve } = Promise.withResolvers<'frozen' | 'ended'>();
  const life: Life = { left: changes, noLinks, end: () => resolve('frozen'), handles: [] };
  onTestFinished(async () => {
    for (const handle of life.handles) await handle.close().catch(() => {});
  });
  return Promise.race([promise, lives.run(life, work).then(() => 'ended' as const)]);
}

type Call = (...args: readonly unknown[]) => unknown;

/** Counts the calls of a life that change something; `answered` sees what comes of them. */
function patch(
  target: object,
  name: string,
  isChange: (args: readonly unknown[]) => boolean = () => true,
  answered: (life: Life, answer: unknown) => unknown = (_life, answer) => answer,
): void {
  const before: unknown = Reflect.get(target, name);
  if (typeof before !== 'function') throw new Error(`there is no ${name}`);
  const call: Call = function (this: unknown, ...args) {
    const life = lives.getStore();
    if (life === undefined) return Reflect.apply(before, this, args);
    if (name === 'link' && life.noLinks) return Promise.reject(noLinksHere());
    if (isChange(args)) life.left -= 1;
    if (life.left >= 0) return answered(life, Reflect.apply(before, this, args));
    life.end();
    return new Promise(() => {});
  };
  Reflect.set(target, name, call);
}

/** As FAT answers on Linux. */
function noLinksHere(): Error {
  return Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
}

/** What a dead process would have closed. */
function keepHandle(life: Life, answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer;
  return answer.then((handle: FileHandle) => {
    life.handles.push(handle);
    return handle;
  });
}

async function patchAll(): Promise<void> {
  const handle = await fs.open('/dev/null');
  const shared: unknown = Object.getPrototypeOf(handle);
  await handle.close();
  if (typeof shared !== 'object' || shared === null) throw new Error('handles share nothing');
  for (const name of ['write', 'writeFile', 'sync', 'chown', 'chmod', 'utimes']) patch(shared, name);
  for (const name of ['link', 'unlink', 'rename', 'mkdir', 'rmdir', 'rm', 'writeFile']) patch(fs, name);
  patch(fs, 'open', ([, flags]) => typeof flags === 'string' && flags !== 'r', keepHandle);
  syncBuiltinESMExports();
}

const patched = patchAll();
