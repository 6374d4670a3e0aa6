/** Request streams made from chance, one family per habit that real traffic shows. Keys are integers from 0. */

export interface TraceShape {
  readonly seed: number;
  readonly requests: number;
  readonly keys: number;
  /** Skew of popularity where a family has one. */
  readonly skew: number;
}

export type Trace = Int32Array;

export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Draws ranks 0 to count-1 with probability proportional to 1/(rank+1)^skew. */
export function zipf(count: number, skew: number, random: () => number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1) ** skew;
    sums[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

export const fill = (requests: number, next: (index: number) => number): Trace =>
  Int32Array.from({ length: requests }, (_, index) => next(index));

/** Scatters ranks over the key space, differently for each phase, so that neighbours in rank are not neighbours in key. */
const scatter = (rank: number, keys: number, phase: number) => (rank * 7_919 + phase * 104_729) % keys;

function recencyWithDrift({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const distance = zipf(Math.floor(keys / 4), skew, random);
  return fill(requests, (index) => Math.max(0, Math.floor((index * keys) / requests) - distance()));
}

function frequency({ seed, requests, keys, skew }: TraceShape): Trace {
  const rank = zipf(keys, skew, randomFrom(seed));
  return fill(requests, () => scatter(rank(), keys, 0));
}

function loop({ seed, requests, keys }: TraceShape): Trace {
  const random = randomFrom(seed);
  let at = 0;
  return fill(requests, () => (random() < 0.02 ? Math.floor(random() * keys) : at++ % keys));
}

function scanThenZipf({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(Math.floor(keys / 4), skew, random);
  const scanLength = Math.floor(keys / 4);
  const period = scanLength * 3;
  let scanned = Math.floor(keys / 4);
  return fill(requests, (index) => {
    if (index % period >= scanLength) return scatter(rank(), Math.floor(keys / 4), 0);
    scanned = scanned + 1 >= keys ? Math.floor(keys / 4) : scanned + 1;
    return scanned;
  });
}

function shiftingPhases({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(Math.floor(keys / 5), skew, random);
  const phaseLength = Math.floor(requests / 8);
  let at = 0;
  return fill(requests, (index) => {
    const phase = Math.floor(index / phaseLength);
    if (phase % 3 === 2) return at++ % Math.floor(keys / 8);
    return (scatter(rank(), Math.floor(keys / 5), phase) + phase * Math.floor(keys / 9)) % keys;
  });
}

function oneHitWonders({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const core = Math.floor(keys / 5);
  const rank = zipf(core, skew, random);
  let fresh = core;
  const wonders = (0.8 * keys) / requests;
  return fill(requests, () => (random() < wonders ? fresh++ : scatter(rank(), core, 0)));
}

function bursts({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(keys, skew * 0.7, random);
  const hot: { key: number; left: number }[] = [];
  return fill(requests, () => {
    if (hot.length < 40 && random() < 0.3) hot.push({ key: Math.floor(random() * keys), left: 3 + Math.floor(random() * 30) });
    if (hot.length === 0 || random() < 0.4) return scatter(rank(), keys, 0);
    const chosen = Math.floor(random() * hot.length);
    const burst = hot[chosen]!;
    burst.left -= 1;
    if (burst.left === 0) hot.splice(chosen, 1);
    return burst.key;
  });
}

export const families = {
  'recency-drift': recencyWithDrift,
  frequency,
  loop,
  'scan-zipf': scanThenZipf,
  phases: shiftingPhases,
  'one-hit': oneHitWonders,
  bursts,
} as const satisfies Record<string, (shape: TraceShape) => Trace>;

export type Family = keyof typeof families;

/** Several tenants at once: each loops, drifts or draws from a skew of its own, at its own rate. */
function tenants(shape: TraceShape): Trace {
  const random = randomFrom(shape.seed);
  const parts = [loop, recencyWithDrift, frequency, bursts].map((make, index) =>
    make({ ...shape, seed: shape.seed + index, keys: Math.floor(shape.keys / 4) }),
  );
  const at = parts.map(() => 0);
  return fill(shape.requests, () => {
    const tenant = Math.min(3, Math.floor(random() ** 1.5 * 4));
    return parts[tenant]![at[tenant]!++]! + tenant * shape.keys;
  });
}

/** Albums: one track asked for brings the following ones with it, now and then cut short. */
function albums({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const album = zipf(Math.floor(keys / 12), skew, random);
  let current = 0;
  let track = 12;
  return fill(requests, () => {
    if (track >= 12 || random() < 0.05) [current, track] = [scatter(album(), Math.floor(keys / 12), 0), 0];
    return current * 12 + track++;
  });
}

/** Nested loops, as of joins and rescans: an inner range many times, then the next. */
function nestedLoops({ seed, requests, keys }: TraceShape): Trace {
  const random = randomFrom(seed);
  let start = 0;
  let length = Math.floor(keys / 20);
  let at = 0;
  let rounds = 0;
  return fill(requests, () => {
    if (at >= length) {
      at = 0;
      rounds += 1;
    }
    if (rounds >= 4) {
      start = Math.floor(random() * keys);
      length = Math.max(10, Math.floor((keys / 10) * random()));
      rounds = 0;
    }
    return (start + at++) % keys;
  });
}

/** Day and night: the popular keys by day, a backup reading everything by night. */
function dayAndNight({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(keys, skew, random);
  const day = Math.floor(requests / 5);
  let scanned = 0;
  return fill(requests, (index) => {
    const night = index % day > day * 0.75;
    return night && random() < 0.8 ? scanned++ % keys : scatter(rank(), keys, Math.floor(index / day) % 2);
  });
}

/** Habits that no policy here was tuned on. */
export const heldOut = { tenants, albums, 'nested-loops': nestedLoops, 'day-night': dayAndNight } as const satisfies Record<
  string,
  (shape: TraceShape) => Trace
>;
