import type { Migration } from 'kysely/migration';
import * as first from './0001-first.ts';

/** In their order; a name, once shipped, stays. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': { up: first.up },
};
