/**
 * Table of a cyclic redundancy check, most significant bit first.
 *
 * @param bits 8, 16 or 32
 * @param polynomial without its leading 1
 * @see Ross Williams 1993, "A Painless Guide to CRC Error Detection Algorithms" §9
 */
export function crcTable(bits: 8 | 16 | 32, polynomial: number): Uint32Array {
  const top = 2 ** (bits - 1);
  const mask = 2 ** bits - 1;
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte * 2 ** (bits - 8);
    for (let bit = 0; bit < 8; bit++) {
      const shifted = (crc * 2) % (mask + 1);
      crc = crc >= top ? (shifted ^ polynomial) >>> 0 : shifted;
    }
    return crc;
  });
}
