import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Encrew without a window: the command line, for terminals, scripts, tests and a NAS. */

// Before any import: native parts crash without a word where Node-API 10 is missing.
if (Number(process.versions.napi) < 10) {
  process.stderr.write(`encrew: needs Node 24 or newer, this is ${process.versions.node}: npm start brings one\n`);
  process.exit(2);
}

// A third less processor time for each start. In a folder of this user's own: what lies there is run.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'encrew', 'compiled'));

const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
