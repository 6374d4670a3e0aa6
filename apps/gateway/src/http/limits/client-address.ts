/** Where a request comes from, as far as we can believe it. */
import { normalizeIp } from '@nestjs/throttler';

/**
 * @param peer the address of the socket
 * @param forwardedFor X-Forwarded-For; each proxy appends whom it saw, so only the last `trustedHops` entries were written by ours
 * @param trustedHops proxies of ours in front; 0 ignores the header, which any client can write
 * @returns IPv4 as it is, IPv6 as its /64 (what one subscriber is given), mapped IPv4 as IPv4
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined, trustedHops: number): string {
  const hops = forwardedFor?.split(',').map((hop) => hop.trim()) ?? [];
  const seen = trustedHops > 0 ? hops[Math.max(0, hops.length - trustedHops)] : undefined;
  return normalizeIp(seen || peer || 'unknown').slice(0, 64);
}
