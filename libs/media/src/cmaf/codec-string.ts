/** Codec strings from initialisation segments. @see RFC 6381 §3.3, ISO/IEC 14496-15 (avcC), ISO/IEC 14496-1 §7.2.6 (esds), AV1 ISOBMFF §2.3 and §5 (av1C) */

/**
 * @param init a whole initialisation segment with one H.264, AV1 or AAC track, written by our own encoder
 * @throws RangeError when there is none of them
 */
export function codecOf(init: Buffer): string {
  const avc = init.indexOf('avcC', 0, 'latin1');
  if (avc >= 0 && init.length >= avc + 8) return `avc1.${init.toString('hex', avc + 5, avc + 8)}`;
  const av1 = init.indexOf('av1C', 0, 'latin1');
  if (av1 >= 0 && init.length >= av1 + 7) return av1String(init[av1 + 5]!, init[av1 + 6]!);
  const esds = init.indexOf('esds', 0, 'latin1');
  if (esds >= 0) return `mp4a.40.${audioObjectType(init.subarray(esds + 8))}`;
  throw new RangeError('the initialisation segment has no H.264, AV1 or AAC');
}

/** Profile (3 bits) and level (5); tier, high bit depth and twelve bits (1 each). */
function av1String(profileAndLevel: number, tierAndDepth: number): string {
  const level = String(profileAndLevel & 0x1f).padStart(2, '0');
  const depth = (tierAndDepth & 0x40) === 0 ? '08' : (tierAndDepth & 0x20) === 0 ? '10' : '12';
  return `av01.${profileAndLevel >> 5}.${level}${(tierAndDepth & 0x80) === 0 ? 'M' : 'H'}.${depth}`;
}

/** Descriptors are a tag, a length of one to four bytes and a body; ES (3) has 3 bytes, DecoderConfig (4) has 13 bytes before what is nested. */
function audioObjectType(esds: Buffer): number {
  const skipped: Readonly<Record<number, number>> = { 3: 3, 4: 13 };
  let at = 0;
  while (at < esds.length) {
    const tag = esds[at]!;
    at++;
    while (at < esds.length && (esds[at]! & 0x80) !== 0) at++;
    at++;
    if (tag === 5) return esds[at]! >> 3;
    if (skipped[tag] === undefined) break;
    at += skipped[tag];
  }
  throw new RangeError('the AAC track has no decoder configuration');
}
