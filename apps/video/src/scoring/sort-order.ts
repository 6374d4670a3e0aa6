/** Sorts numbers by radix: the order in linear time, without comparing. */

const digitBits = 11;
const digits = 1 << digitBits;
const mask = digits - 1;
/** Bits of the low and of the high word that each pass looks at. */
const passes = [0, 1, 2]
  .flatMap((pass) => [{ word: 0, shift: pass * digitBits }])
  .concat([0, 1, 2].map((pass) => ({ word: 1, shift: pass * digitBits })));

/**
 * @param values finite numbers without -0
 * @returns places of `values` by ascending value; equal values stay in their order
 */
export function sortOrder(values: Float64Array): Uint32Array {
  const count = values.length;
  const words = sortableWords(values);
  let order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  let next = new Uint32Array(count);
  const starts = new Uint32Array(digits);
  for (const { word, shift } of passes) {
    const own = words[word]!;
    starts.fill(0);
    for (let at = 0; at < count; at++) starts[(own[at]! >>> shift) & mask]!++;
    if (starts[(own[0]! >>> shift) & mask] === count) continue; // all have the same digit
    let start = 0;
    for (let digit = 0; digit < digits; digit++) {
      const size = starts[digit]!;
      starts[digit] = start;
      start += size;
    }
    for (let at = 0; at < count; at++) {
      const place = order[at]!;
      next[starts[(own[place]! >>> shift) & mask]!++] = place;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Low and high words of the numbers, changed so that unsigned words sort as the numbers do: of negative ones all bits are turned, else the sign. */
function sortableWords(values: Float64Array): [low: Uint32Array, high: Uint32Array] {
  const bits = new Uint32Array(values.slice().buffer);
  const [low, high] = [new Uint32Array(values.length), new Uint32Array(values.length)];
  for (let at = 0; at < values.length; at++) {
    const [lowBits, highBits] = [bits[2 * at]!, bits[2 * at + 1]!];
    const isNegative = highBits >>> 31 === 1;
    low[at] = isNegative ? ~lowBits : lowBits;
    high[at] = isNegative ? ~highBits : highBits ^ 0x8000_0000;
  }
  return [low, high];
}
