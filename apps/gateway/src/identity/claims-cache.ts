import { LRUCache } from 'lru-cache';
import type { AccessClaims } from './access-token.ts';

interface Known {
  readonly token: string;
  readonly claims: AccessClaims;
}

const lastHere = Symbol('the token that was last sent here');

/** A connection; who keeps one open mostly sends the same token again, and to compare two texts is cheaper than to look one up. */
type Connection = object & { [lastHere]?: Known };

/** Verified claims by the whole token, until it expires: an RSA check and passport cost ~100 µs, this a fraction of one. */
export class ClaimsCache {
  private readonly known: LRUCache<string, Known>;

  constructor(
    private readonly nowMs: () => number = Date.now,
    max = 10_000,
  ) {
    this.known = new LRUCache({ max });
  }

  get(token: string, connection: Connection): AccessClaims | undefined {
    const last = connection[lastHere];
    const known = last?.token === token ? last : this.known.get(token);
    if (!known) return undefined;
    connection[lastHere] = known;
    if (known.claims.exp * 1_000 > this.nowMs()) return known.claims;
    this.known.delete(token);
    return undefined;
  }

  set(token: string, claims: AccessClaims): void {
    this.known.set(token, { token, claims });
  }
}
