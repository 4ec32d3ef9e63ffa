import { readFile } from 'node:fs/promises';
import { Arch, build, Platform } from 'electron-builder';
import { z } from 'zod';

/*
 * Packs the desktop app for Linux by the configuration whose path is the one argument. Prints, as JSON on the last line, what the
 * packager was about to hand to fpm, which makes deb and rpm files and can't be fetched everywhere.
 */

/** @type {{ fpm: string[], desktopEntry: string }[]} */
const packages = [];
await build({
  targets: Platform.LINUX.createTarget(['deb', 'rpm'], Arch.x64),
  // A path, since an object would be laid over electron-builder.yml, lists behind lists.
  config: z.string().parse(process.argv[2]),
  publish: 'never',
  effectiveOptionComputed: async (/** @type {unknown} */ told) => {
    const [fpm, path] = z.tuple([z.array(z.string()), z.string()]).parse(told);
    packages.push({ fpm, desktopEntry: await readFile(path, 'utf8') });
    return true;
  },
});
process.stdout.write(`\n${JSON.stringify(packages)}\n`);
