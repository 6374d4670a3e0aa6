/** Tokens by which videos with common pictures are found in an index: parts of their hashes, of which copies share many. */
import type { Fingerprint, Hashes } from './fingerprint.ts';

/** So many are kept of each video: those that come first in an order that is the same for all videos, so that copies keep the same ones. */
export const mostTokens = 400;

/** Distinct, as 32-bit integers. */
export function tokensOf({ length, inner, edges }: Fingerprint): number[] {
  const tokens = new Set<number>();
  const add = ({ low, high }: Hashes, kind: number, index: number) => {
    if ((low[index]! | high[index]!) === 0) return;
    for (const [band, bits] of [low[index]! & 0xffff, low[index]! >>> 16, high[index]! & 0xffff, high[index]! >>> 16].entries())
      tokens.add(((kind * 4 + band) << 16) | bits);
  };
  for (let index = 0; index < length; index++) {
    add(inner, 0, index);
    add(edges, 1, index);
  }
  return [...tokens].sort((a, b) => scatter(a) - scatter(b)).slice(0, mostTokens);
}

/** An order without meaning. @see Wang, "Integer Hash Function": multiplication by Knuth's constant and a shift */
function scatter(token: number): number {
  const mixed = Math.imul(token ^ (token >>> 15), 2_654_435_761);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
