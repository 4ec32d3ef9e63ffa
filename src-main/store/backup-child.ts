import { z } from 'zod';
import { writeBackup } from './write-backup.ts';

/*
 * A program of its own, started by `backUpAside`: SQLite works for seconds on a large database, in which a server would
 * answer nobody. It ends when its parent does.
 */

const paths = z.tuple([z.string(), z.string()]);

process.once('disconnect', () => process.exit());
const [source, target] = paths.parse(process.argv.slice(2));
const written = await writeBackup(source, target, { overwrite: false });
process.send?.(written, () => process.disconnect());
