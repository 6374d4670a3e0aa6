/** Streams in the shapes that recorded ones have: content delivery, block devices, database pages, file systems. Of the policies here only when a failing leader is doubted was tuned on them, on other lengths and seeds than the bench prints. */
import { fill, randomFrom, type Trace, type TraceShape, zipf } from './traces.ts';

/** A new object's place is drawn once; how often it is asked for falls with its age. */
const spread = (rank: number, count: number) => (Math.imul(rank, 40_503) >>> 0) % count;

/** Objects are born all the time, popular at first and less every day; a share of all requests is for objects nobody asks for again. */
const cdn =
  (wonders: number) =>
  ({ seed, requests, keys, skew }: TraceShape): Trace => {
    const random = randomFrom(seed);
    const rank = zipf(keys >> 3, skew, random);
    const age = zipf(keys >> 2, 0.8, random);
    let once = 4 * keys;
    return fill(requests, (index) => {
      if (random() < wonders) return once++;
      const born = Math.floor((index * keys) / requests / 2);
      return random() < 0.5 ? spread(rank(), keys >> 3) : 2 * keys + born - age();
    });
  };

/** Runs of blocks from popular places, a hot set that is rewritten, and now and then a backup of everything. */
function blocks({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const extent = zipf(keys >> 6, skew, random);
  const hot = zipf(keys >> 5, 0.8, random);
  let [at, left, backup] = [0, 0, -1];
  return fill(requests, (index) => {
    if (index % Math.floor(requests / 4) === Math.floor(requests / 8)) backup = 0;
    if (backup >= 0 && random() < 0.6) {
      backup += 1;
      if (backup < keys) return backup;
      backup = -1;
    }
    if (random() < 0.35) return 2 * keys + hot();
    if (left <= 0)
      [at, left] = [spread(extent(), keys >> 6) * 64 + Math.floor(random() * 32), 4 + Math.floor(-24 * Math.log(1 - random()))];
    left -= 1;
    return at++ % keys;
  });
}

/** Inner pages of an index, leaves, and a few tables that queries walk from end to end, each of another length. */
function pages({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const inner = zipf(keys >> 7, 1.1, random);
  const leaf = zipf(keys >> 1, skew * 0.7, random);
  const tables = [keys >> 6, keys >> 4, keys >> 3].map((length, index) => ({ length, at: 0, start: (2 + index) * keys }));
  return fill(requests, () => {
    const chance = random();
    if (chance < 0.2) return inner();
    if (chance < 0.55) return keys + leaf();
    const table = tables[chance < 0.7 ? 0 : chance < 0.88 ? 1 : 2]!;
    table.at = (table.at + 1) % table.length;
    return table.start + table.at;
  });
}

/** Each file is opened, read and closed: two to five uses in a row, then a long while nothing. */
function files({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(keys, skew * 0.8, random);
  const pending: number[] = [];
  return fill(requests, () => {
    if (pending.length > 12 || (pending.length > 0 && random() < 0.6)) return pending.splice(Math.floor(random() * pending.length), 1)[0]!;
    const key = spread(rank(), keys);
    for (let more = Math.floor(1 + random() * 4); more > 0; more--) pending.push(key);
    return key;
  });
}

/** Periodic jobs, each with a loop of its own, side by side and of lengths far apart. */
function cycles({ seed, requests, keys }: TraceShape): Trace {
  const random = randomFrom(seed);
  const lengths = [keys >> 8, keys >> 5, keys >> 3, keys >> 1].map((length) => Math.max(2, length));
  const at = lengths.map(() => 0);
  return fill(requests, () => {
    const which = Math.min(3, Math.floor(random() * 4.4));
    at[which] = (at[which]! + 1) % lengths[which]!;
    return which * keys + at[which]!;
  });
}

/** A hot set that is exchanged, bit by bit, many times over. */
function churn({ seed, requests, keys, skew }: TraceShape): Trace {
  const random = randomFrom(seed);
  const rank = zipf(keys >> 4, skew, random);
  const names = Int32Array.from({ length: keys >> 4 }, (_, index) => index);
  let fresh = names.length;
  return fill(requests, () => {
    if (random() < (0.9 * keys) / requests) names[Math.floor(random() * names.length)] = fresh++;
    return names[rank()]!;
  });
}

/** Distances between two uses that follow a bell over their logarithm, as caches in front of this one leave them: the short ones are gone. */
function filtered({ seed, requests, keys }: TraceShape): Trace {
  const random = randomFrom(seed);
  const bell = () => random() + random() + random() + random() - 2;
  const trace = new Int32Array(requests);
  for (let index = 0, fresh = 0; index < requests; index++) {
    const back = Math.floor(Math.exp(Math.log(keys / 6) + 1.6 * bell()));
    trace[index] = back > index || random() < (0.7 * keys) / requests ? fresh++ : trace[index - back]!;
  }
  return trace;
}

/** Nothing to learn: any key as likely as any other. */
const uniform = ({ seed, requests, keys }: TraceShape): Trace => {
  const random = randomFrom(seed);
  return fill(requests, () => Math.floor(random() * keys));
};

/** One habit after the other, each for a while: what was learnt becomes wrong. */
function seasons(shape: TraceShape): Trace {
  const parts = [pages, cdn(0.3), cycles, files].map((make, index) => make({ ...shape, seed: shape.seed + index, keys: shape.keys >> 2 }));
  const length = Math.floor(shape.requests / 8);
  return fill(
    shape.requests,
    (index) => parts[Math.floor(index / length) % 4]![index]! + (Math.floor(index / length) % 4) * 16 * shape.keys,
  );
}

export const shapes = {
  'cdn 30% once': cdn(0.3),
  'cdn 60% once': cdn(0.6),
  'cdn 80% once': cdn(0.8),
  blocks,
  pages,
  files,
  cycles,
  churn,
  filtered,
  uniform,
  seasons,
} as const satisfies Record<string, (shape: TraceShape) => Trace>;
