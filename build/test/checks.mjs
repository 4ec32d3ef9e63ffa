import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../setup/project-root.mjs';

/** What is checked without running Encrew. The import table is a test of its own (tests/architecture). */
export const checks = [
  { name: 'types', script: binOf('typescript', 'tsc'), args: ['-p', '.'] },
  { name: 'types of the screens', script: binOf('typescript', 'tsc'), args: ['-p', 'src-renderer'] },
  { name: 'lint', script: binOf('oxlint', 'oxlint'), args: ['--type-aware'] },
  { name: 'format', script: binOf('@biomejs/biome', 'biome'), args: ['format', '--diagnostic-level=warn'] },
  { name: 'dead code', script: binOf('knip', 'knip'), args: ['--no-config-hints'] },
];

/** The script behind a package's command: works on every system, where `.bin` holds shell files. @param {string} packageName @param {string} command */
export function binOf(packageName, command) {
  return () => {
    const folder = join(projectRoot, 'node_modules', packageName);
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return join(folder, typeof bin === 'string' ? bin : bin[command]);
  };
}
