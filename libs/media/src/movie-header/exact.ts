/** Arithmetic on 64-bit fields of a movie, exact or refused: a double holds 53 bits. */
import { UnusualFile } from './picture-format.ts';

/** @throws UnusualFile for a number that a double does not hold exactly, such as a product of two large ones */
export function exact(value: number | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new UnusualFile('a number of more than 53 bits');
  return number;
}

/** @returns factor * units / timescale, rounded down @throws UnusualFile for a result of more than 53 bits */
export const scaled = (units: number | bigint, factor: number, timescale: number): number =>
  exact((BigInt(units) * BigInt(factor)) / BigInt(timescale));

/** In the precision of ffprobe. @throws UnusualFile for more than 53 bits of microseconds */
export const secondsOf = (units: number | bigint, timescale: number): number =>
  exact((BigInt(units) * 2_000_000n + BigInt(timescale)) / (2n * BigInt(timescale))) / 1e6;
