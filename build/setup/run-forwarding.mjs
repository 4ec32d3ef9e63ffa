import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SetupFailed } from './say.mjs';

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program and waits for it. Whoever stops this process stops the program too; a terminal's Ctrl-C reaches it by itself
 * as well, so it may see a signal twice within a moment.
 * @param {string} program @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} the exit code; 128 + signal number when a signal ended it. Rejects with SetupFailed.
 */
export function runForwarding(program, args, options) {
  /** @type {(signal: NodeJS.Signals) => void} */
  const forward = (signal) => child.kill(signal);
  // Before the program runs: a signal that comes between would end this process alone.
  for (const signal of forwarded) process.on(signal, forward);
  const child = spawn(program, args, options);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SetupFailed(`${program} does not start: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  }).finally(() => {
    for (const signal of forwarded) process.off(signal, forward);
  });
}
