import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { addressKind, embeddedIpv4 } from '#main/platform/address-kind.ts';

/*
 * Which addresses a film may be fetched from. The server stands inside of a home or a data centre: an address of somebody's
 * choice must not make it read its own services, the router's pages or the cloud's metadata.
 */

/** How far the one may go who asked: to the internet, or into the networks of the house as well. */
export type Reach = 'public' | 'lan';

/** `address`: nobody gets there; `network`: it lies in a private network, where the asker may not go. Null: allowed. */
export type AddressFault = 'address' | 'network';

export type JudgeAddress = (address: string, reach: Reach) => AddressFault | null;

/** This machine itself, and what stands on its own cable without a network (RFC 3927), where clouds put their metadata. */
const neverIpv4 = new BlockList();
neverIpv4.addSubnet('127.0.0.0', 8, 'ipv4');
neverIpv4.addSubnet('169.254.0.0', 16, 'ipv4');
// Alibaba answers for its metadata among the addresses of providers.
neverIpv4.addAddress('100.100.100.200', 'ipv4');
const neverIpv6 = new BlockList();
neverIpv6.addAddress('::1', 'ipv6');
neverIpv6.addSubnet('fe80::', 10, 'ipv6');
// AWS answers for its metadata in the private range as well.
neverIpv6.addSubnet('fd00:ec2::', 32, 'ipv6');

/** By kinds of addresses alone; `ownAddresses` are those of this machine's network cards. */
export function judgeAddress(text: string, reach: Reach, ownAddresses: readonly string[]): AddressFault | null {
  const whole = text.replace(/%.*$/, '');
  const address = isIP(whole) === 6 ? (embeddedIpv4(whole) ?? whole) : whole;
  const kind = addressKind(address);
  if (kind === 'never') return 'address';
  const isIpv4 = isIP(address) === 4;
  if (isIpv4 ? neverIpv4.check(address, 'ipv4') : neverIpv6.check(address, 'ipv6')) return 'address';
  if (blockListOf(ownAddresses).check(address, isIpv4 ? 'ipv4' : 'ipv6')) return 'address';
  return kind === 'private' && reach === 'public' ? 'network' : null;
}

/** Asks for the machine's own addresses each time: cards come and go. */
export const judgeHere: JudgeAddress = (address, reach) =>
  judgeAddress(
    address,
    reach,
    Object.values(networkInterfaces()).flatMap((card) => (card ?? []).map((one) => one.address)),
  );

function blockListOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const address = text.replace(/%.*$/, '');
    const family = isIP(address);
    if (family !== 0) list.addAddress(address, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
