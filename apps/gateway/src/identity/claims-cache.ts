import { LRUCache } from 'lru-cache';
import type { AccessClaims } from './access-token.ts';

/** Verified claims by the whole token, until it expires: an RSA check and passport cost ~100 µs, this a fraction of one. */
export class ClaimsCache {
  private readonly claims: LRUCache<string, AccessClaims>;

  constructor(
    private readonly nowMs: () => number = Date.now,
    max = 10_000,
  ) {
    this.claims = new LRUCache({ max });
  }

  get(token: string): AccessClaims | undefined {
    const claims = this.claims.get(token);
    if (!claims || claims.exp * 1_000 > this.nowMs()) return claims;
    this.claims.delete(token);
    return undefined;
  }

  set(token: string, claims: AccessClaims): void {
    this.claims.set(token, claims);
  }
}
