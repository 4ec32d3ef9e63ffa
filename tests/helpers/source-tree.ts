import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Made, not written: in .gitignore too. */
const madeFolders = new Set(['node_modules', 'coverage', 'dist', '.git', '.encrew', 'tmp']);

/** Every file of the project as `src-main/cli/main.ts`, sorted. */
export function projectFiles(): string[] {
  return filesBelow('').toSorted();
}

/** What we ship and write by hand. */
export function sourceFiles(): string[] {
  return projectFiles().filter((path) => /^src-[a-z]+\/.*\.tsx?$/.test(path));
}

export function readProjectFile(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** Blank where comments were, so that line numbers stay; text in quotes may look like a comment only in our own tests. */
export function codeOf(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return madeFolders.has(entry.name) && folder === '' ? [] : filesBelow(path);
    return [path];
  });
}
