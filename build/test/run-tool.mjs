import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../setup/project-root.mjs';

/** @typedef {{ ok: boolean, output: string, elapsedMs: number }} ToolRun */

/**
 * Runs one script on Encrew's Node and keeps what it says.
 * @param {string} node @param {string} script @param {readonly string[]} args
 * @returns {Promise<ToolRun>}
 */
export function runTool(node, script, args) {
  const startedMs = performance.now();
  const child = spawn(node, [script, ...args], {
    cwd: projectRoot,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += String(bytes)));
  child.stderr.on('data', (bytes) => (output += String(bytes)));
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ ok) => resolve({ ok, output, elapsedMs: performance.now() - startedMs });
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

/** `node` and the tools mean the project's own, also for programs that a test starts. @returns {NodeJS.ProcessEnv} */
export function toolEnvironment() {
  const path = process.env['PATH'] ?? process.env['Path'] ?? '';
  return { ...process.env, PATH: `${join(projectRoot, 'node_modules', '.bin')}${delimiter}${path}` };
}
