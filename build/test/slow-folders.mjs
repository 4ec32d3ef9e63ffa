/** Folders of `tests/` whose tests start programs: seconds a test, where the others take milliseconds. */
export const slowFolders = Object.freeze(['fleet', 'media', 'process', 'renderer']);
