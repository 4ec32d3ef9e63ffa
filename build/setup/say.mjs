/** Set-up speaks on stderr only: stdout belongs to results (`--json`). @param {string} line */
export function say(line) {
  process.stderr.write(`encrew: ${line}\n`);
}

/** A set-up that can't go on. `message` is one line: what, why, what to do. */
export class SetupFailed extends Error {}
