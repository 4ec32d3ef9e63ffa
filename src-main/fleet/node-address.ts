import { isIP } from 'node:net';
import { nodeDoorPort } from '#shared/protocol/node-discovery.ts';
import type { NodeAddress } from './pairing-call.ts';

/** RFC 1123 2.1; also with the dot that ends a full name. */
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;

/**
 * What somebody typed: `attic`, `192.168.1.20`, `192.168.1.20:9627`, `[fd00::2]:9626`; the port of nodes where none is named.
 * Null for everything else: URLs, paths, names of users.
 */
export function readNodeAddress(text: string): NodeAddress | null {
  const typed = text.trim();
  if (isIP(typed) !== 0) return { host: typed, port: nodeDoorPort };
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(typed)?.groups;
  if (parts === undefined) return null;
  const { v6, name, port: digits } = parts;
  const port = digits === undefined ? nodeDoorPort : Number(digits);
  if (port < 1 || port > 65_535) return null;
  if (v6 !== undefined) return isIP(v6) === 6 ? { host: v6, port } : null;
  if (name === undefined || !hostName.test(name)) return null;
  // `1.2.3` and `2130706433` are ways to write an address that only some systems understand.
  return isIP(name) === 4 || !/(^|\.)\d+\.?$/.test(name) ? { host: name, port } : null;
}
