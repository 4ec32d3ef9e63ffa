import module from 'node:module';
import { join } from 'node:path';
import { projectRoot } from './project-root.mjs';

/**
 * Where Node keeps what it made of the sources, so that the next start needs not parse and strip a thousand files again. Not
 * the shared folder for temporary files, where others could lay code; and a new install begins it anew.
 */
const folder = join(projectRoot, 'node_modules', '.cache', 'compiled');

/** The variable by which programs on Node that are started with it use the cache; a setting of the person's own counts more. */
export function compileCacheVariable() {
  return { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? folder };
}

/** Lets this process, and those on Node that it starts, use the cache. Where it can't be written, starts are just slower. */
export function useCompileCache() {
  Object.assign(process.env, compileCacheVariable());
  // Named imports of it would not load on the older Node that may read this file first.
  module.enableCompileCache(process.env['NODE_COMPILE_CACHE']);
}
