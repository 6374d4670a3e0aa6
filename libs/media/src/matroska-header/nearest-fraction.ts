/**
 * The fraction nearest to a ratio, both of whose parts are at most `limit`, e.g. `30000/1001`: the last convergent that fits, or a step towards the next
 * one where that is nearer.
 *
 * @see Khinchin, "Continued Fractions", §6: best approximations of the first kind
 */
export function nearestFraction(numerator: number, denominator: number, limit: number): string {
  let [left, right] = [numerator, denominator];
  let [before, last] = [
    { numerator: 0, denominator: 1 },
    { numerator: 1, denominator: 0 },
  ];
  const step = (times: number) => ({
    numerator: times * last.numerator + before.numerator,
    denominator: times * last.denominator + before.denominator,
  });
  while (right > 0) {
    const whole = Math.floor(left / right);
    const next = step(whole);
    if (Math.max(next.numerator, next.denominator) > limit) {
      const times = Math.min(whole, partOf(limit, before.numerator, last.numerator), partOf(limit, before.denominator, last.denominator));
      const isNearer = right * (2 * times * last.denominator + before.denominator) > left * last.denominator;
      if (isNearer) last = step(times);
      break;
    }
    [before, last] = [last, next];
    [left, right] = [right, left - right * whole];
  }
  return `${last.numerator}/${last.denominator}`;
}

const partOf = (limit: number, before: number, last: number) =>
  last === 0 ? Number.POSITIVE_INFINITY : Math.floor((limit - before) / last);
