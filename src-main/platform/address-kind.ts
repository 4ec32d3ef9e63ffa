import { BlockList, isIP } from 'node:net';

/**
 * Whom an IP address belongs to: `public`, anybody on the internet; `private`, this machine or its own network; `never`,
 * nobody who could receive something (multicast, unspecified, reserved, examples) or somebody who can't be told (IPv6
 * addresses that carry an IPv4 one through a tunnel).
 */
export type AddressKind = 'public' | 'private' | 'never';

/** By the registries of RFC 6890; what is no address is `never`. */
export function addressKind(text: string): AddressKind {
  const address = text.replace(/%.*$/, '');
  switch (isIP(address)) {
    case 4:
      return kindOfIpv4(address);
    case 6:
      return kindOfIpv6(address);
    default:
      return 'never';
  }
}

function kindOfIpv4(address: string): AddressKind {
  if (neverIpv4.check(address)) return 'never';
  return privateIpv4.check(address) ? 'private' : 'public';
}

/** Whatever IPv6 sets aside later is refused too: only what is global unicast today is public. */
function kindOfIpv6(address: string): AddressKind {
  const embedded = embeddedIpv4(address);
  // Such an address never leads to a public receiver that has not a plain one as well.
  if (embedded !== null) return kindOfIpv4(embedded) === 'never' ? 'never' : 'private';
  if (privateIpv6.check(address, 'ipv6')) return 'private';
  return globalUnicast.check(address, 'ipv6') && !specialUnicast.check(address, 'ipv6') ? 'public' : 'never';
}

/** The IPv4 address that an IPv4-mapped or NAT64 one leads to, without a zone; null for others. */
export function embeddedIpv4(address: string): string | null {
  if (!carriesIpv4.check(address, 'ipv6')) return null;
  // The WHATWG serializer writes every form of an address in one: hexadecimal, its longest run of zeros as `::`.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2);
  return groups
    .map((group) => Number.parseInt(group === '' ? '0' : group, 16))
    .flatMap((pair) => [pair >> 8, pair & 0xff])
    .join('.');
}

function ipv4(...ranges: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, 'ipv4');
  return list;
}

function ipv6(...ranges: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, 'ipv6');
  return list;
}

const privateIpv4 = ipv4(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // RFC 6598: between a provider and its customers (CGNAT), and Tailscale.
  ['100.64.0.0', 10],
);

const neverIpv4 = ipv4(
  // RFC 1122 3.2.1.3: "this host"; Linux takes 0.0.0.0 for loopback.
  ['0.0.0.0', 8],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
);

/** RFC 4291 2.5.5.2, RFC 6052 2.1. */
const carriesIpv4 = ipv6(['::ffff:0:0', 96], ['64:ff9b::', 96]);

const privateIpv6 = ipv6(
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  // RFC 8215: NAT64 within one network.
  ['64:ff9b:1::', 48],
);

const globalUnicast = ipv6(['2000::', 3]);

const specialUnicast = ipv6(
  // RFC 2928, with Teredo (RFC 4380) in it; examples (RFC 3849, RFC 9637); 6to4 (RFC 3056).
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['2002::', 16],
);
