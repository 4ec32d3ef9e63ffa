import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

/** Every address of a name; throws where there is none. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/** As all programs of this machine resolve names. */
export const systemNames: ResolveName = (name) => lookup(name, { all: true });
