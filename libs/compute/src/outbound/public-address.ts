/** Decides which addresses are public. Pure. */
import ipaddr from 'ipaddr.js';

/** In a public range, but answered inside the cloud: Azure's wire server (other metadata services are in special ranges). */
const cloudInternal: ReadonlySet<string> = new Set(['168.63.129.16']);

/** The only range of assigned unicast addresses (RFC 4291 §2.4); everything else is special, reserved or an embedded IPv4 address. */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * @param address an IPv4 or IPv6 address; a zone (`fe80::1%eth0`) or anything else is not public
 * @returns false for loopback, private, link-local, carrier-grade NAT, unique local, multicast, documentation, benchmarking, reserved and
 * unspecified addresses, for cloud metadata, and for IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo)
 * @see IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 6890
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || cloudInternal.has(parsed.toString())) return false;
  return parsed instanceof ipaddr.IPv4 ? ipaddr.IPv4.isValidFourPartDecimal(address) : parsed.match(globalUnicast);
}
