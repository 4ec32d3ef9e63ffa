// Loaded before a program (`node --import`): kills it, as kill -9 does, right before its n-th change of a file or folder
// (DIE_AT_CHANGE).
import { syncBuiltinESMExports } from 'node:module';
import fs from 'node:fs/promises';

const dieAt = Number(process.env['DIE_AT_CHANGE'] ?? 'Infinity');
let changes = 0;

type Call = (...args: readonly unknown[]) => unknown;

function patch(target: object, name: string, isChange: (args: readonly unknown[]) => boolean = () => true): void {
  const before: unknown = Reflect.get(target, name);
  if (typeof before !== 'function') throw new Error(`there is no ${name}`);
  const call: Call = function (this: unknown, ...args) {
    if (isChange(args)) {
      changes += 1;
      if (changes === dieAt) process.kill(process.pid, 'SIGKILL');
    }
    return Reflect.apply(before, this, args);
  };
  Reflect.set(target, name, call);
}

function handlesOf(one: object): object {
  const shared: unknown = Object.getPrototypeOf(one);
  if (typeof shared !== 'object' || shared === null) throw new Error('handles share nothing');
  return shared;
}

const handle = await fs.open('/dev/null');
for (const name of ['write', 'sync', 'chown', 'chmod', 'utimes']) patch(handlesOf(handle), name);
await handle.close();
for (const name of ['link', 'unlink', 'rename', 'mkdir', 'rmdir', 'rm', 'writeFile']) patch(fs, name);
patch(fs, 'open', ([, flags]) => typeof flags === 'string' && flags !== 'r');
syncBuiltinESMExports();
