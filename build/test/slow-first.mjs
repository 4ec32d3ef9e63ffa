import { join, normalize, sep } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import { projectRoot } from '../setup/project-root.mjs';
import { slowFolders } from './slow-folders.mjs';

const slow = slowFolders.map((name) => join(projectRoot, 'tests', name) + sep);

/**
 * Vitest's own order, but with the files that start programs before all that don't: what begins last ends at once, and no worker
 * waits a minute for another. Vitest learns how long each file takes; of a new clone it knows only how large they are.
 */
export class SlowFirst extends BaseSequencer {
  /** @override @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const sorted = await super.sort(files);
    /** @param {import('vitest/node').TestSpecification} file */
    const isSlow = ({ moduleId }) => slow.some((folder) => normalize(moduleId).startsWith(folder));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
