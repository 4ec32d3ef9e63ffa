// Moves one file: FROM TO.
import { moveFile } from '#main/platform/move-file.ts';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: move FROM TO');
const moved = await moveFile(from, to);
if (!moved.ok) throw new Error(moved.because);
