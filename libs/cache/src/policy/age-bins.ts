/** Ages, in requests, on a logarithmic scale: four bins an octave, up to 2^27. */
export const ageBins = 4 * 26;

/** @param age at least 0 */
export function binOf(age: number): number {
  if (age < 4) return age | 0;
  const octave = 31 - Math.clz32(age);
  return Math.min(ageBins - 1, 4 * (octave - 1) + ((age >>> (octave - 2)) & 3));
}

/** The first age of a bin. */
export function startOf(bin: number): number {
  if (bin < 4) return bin;
  return (4 + (bin & 3)) * 2 ** ((bin >> 2) - 1);
}

export const widthOf = (bin: number): number => startOf(bin + 1) - startOf(bin);
