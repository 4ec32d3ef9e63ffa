import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
// RFC 1122 3.2.1.3, RFC 4291 2.5.3.
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether an IP address is this machine's own and nobody else's; also where IPv6 wraps an IPv4 one (`::ffff:127.0.0.1`), and
 * for the one name that never means another machine (RFC 6761 6.3).
 */
export function isLoopback(address: string): boolean {
  if (address === 'localhost') return true;
  const bare = bareAddress(address);
  const kind = isIP(bare);
  return kind !== 0 && loopback.check(bare, kind === 4 ? 'ipv4' : 'ipv6');
}

/** An IP address as people write it: where IPv6 wraps an IPv4 one (`::ffff:192.168.1.5`, RFC 4291 2.5.5.2), the latter. */
export function bareAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
