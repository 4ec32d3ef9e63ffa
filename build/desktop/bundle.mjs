import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../setup/project-root.mjs';

/**
 * Bundles Electron's side of the desktop app: `main.mjs`, and beside it a file for each of our own that is started as a process
 * or loaded as a preload. They lie flat in one folder two below the root, so that `../../` means in a package what it means in
 * `src-main/desktop/`. npm packages stay outside: what runs is what the tests ran. Rejects with what Vite says.
 * @param {{ main: string, preload: string, outDir: string }} places
 */
export async function bundleDesktop({ main, preload, outDir }) {
  await build({
    ...shared(outDir),
    build: {
      ...shared(outDir).build,
      emptyOutDir: true,
      rolldownOptions: {
        input: { main },
        external: isOutside,
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
    plugins: [ownFiles(preload)],
  });
  await build({
    ...shared(outDir),
    build: {
      ...shared(outDir).build,
      emptyOutDir: false,
      rolldownOptions: {
        input: { preload },
        // A sandboxed preload has no module loader: only Electron's few modules are there.
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
    ssr: { target: 'node', noExternal: true, external: ['electron'] },
  });
}

/** @param {string} outDir */
function shared(outDir) {
  return /** @satisfies {import('vite').InlineConfig} */ ({
    root: projectRoot,
    configFile: false,
    logLevel: /** @type {const} */ ('warn'),
    publicDir: false,
    // Stack traces of people's machines name our own functions.
    build: { ssr: true, outDir, target: 'node24', minify: false, sourcemap: false },
  });
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
const outside = new Set(['electron', ...Object.keys(manifest.dependencies), ...builtinModules]);

/** What a package has beside the bundle; whatever else is imported gets bundled. @param {string} id */
function isOutside(id) {
  if (id.startsWith('node:')) return true;
  const [first = '', second = ''] = id.split('/');
  return outside.has(first.startsWith('@') ? `${first}/${second}` : first);
}

/**
 * `new URL('./x.ts', import.meta.url)` names a file of ours that something else is to run: it becomes an output of its own, and
 * the address its new one.
 * @param {string} preload bundled by itself, in another form
 * @returns {import('vite').Plugin}
 */
function ownFiles(preload) {
  const address = /new URL\(\s*'([^']+\.ts)',\s*import\.meta\.url\s*\)/g;
  /** @type {Map<string, string>} */
  const outputs = new Map();
  return {
    name: 'encrew-own-files',
    enforce: 'pre',
    transform(code, id) {
      if (!address.test(code)) return null;
      return code.replaceAll(address, (_, named) => {
        const path = resolve(dirname(id), named);
        if (path === preload) return `new URL('./preload.cjs', import.meta.url)`;
        const name = basename(path, '.ts');
        if (outputs.get(name) === undefined) {
          outputs.set(name, path);
          this.emitFile({ type: 'chunk', id: path, fileName: `${name}.mjs` });
        }
        if (outputs.get(name) !== path) this.error(`${path} and ${outputs.get(name)} can't both be ${name}.mjs`);
        return `new URL('./${name}.mjs', import.meta.url)`;
      });
    },
  };
}
