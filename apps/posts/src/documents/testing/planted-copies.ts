/** Texts of random words in which some are copies of others with words changed: for specs and benches. */

const { imul } = Math;

export interface PlantedCopies {
  readonly texts: string[];
  /** An original and its copy. */
  readonly pairs: readonly (readonly [original: number, copy: number])[];
}

/** Deterministic, 0 to 1 (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const vocabulary = Array.from({ length: 8_000 }, (_, at) => `${'bcdfghjklmnprstv'[at % 16]}${'aeiou'[at % 5]}${at.toString(36)}`);

/** @param copies of the texts are copies of one of the others each: up to a tenth of their words are changed */
export function plantedCopies(count: number, copies: number, seed: number): PlantedCopies {
  const random = seededNumbers(seed);
  const word = () => vocabulary[Math.floor(random() ** 2 * vocabulary.length)]!;
  const originals = count - copies;
  const texts = Array.from({ length: originals }, () => Array.from({ length: 20 + Math.floor(random() * 180) }, word).join(' '));
  const pairs = Array.from({ length: copies }, (_, at) => {
    const original = Math.floor((at * originals) / copies);
    const share = random() * 0.1;
    texts.push(
      texts[original]!.split(' ')
        .map((kept) => (random() < share ? word() : kept))
        .join(' '),
    );
    return [original, originals + at] as const;
  });
  return { texts, pairs };
}
