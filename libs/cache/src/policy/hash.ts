/** A 32-bit hash of a string (FNV-1a with murmur3's finaliser). Not collision-resistant: a collision may mislead a policy, never return a wrong value. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return mix(hash);
}

/** Spreads the bits of a 32-bit number (murmur3's finaliser). */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
