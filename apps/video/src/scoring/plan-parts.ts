/** Divides a body into parts of whole lines, by where its lines end. Only line feeds are looked at. */

export interface BodyPart {
  readonly startByte: number;
  /** Excluded. */
  readonly endByte: number;
  /** Number of its first line, from 1. */
  readonly firstLine: number;
  readonly lineCount: number;
}

export interface PartLimits {
  /** Lines of a part, at least; the last lines, if there are fewer, belong to the part before. */
  readonly leastLines: number;
  /** The parts get longer rather than more. */
  readonly mostParts: number;
}

const lineFeed = 10;

/** @returns parts that follow each other and together are the body; none of an empty one */
export async function planParts(source: AsyncIterable<Uint8Array>, { leastLines, mostParts }: PartLimits): Promise<BodyPart[]> {
  const ends = new LineEnds(leastLines);
  for await (const chunk of source) ends.read(chunk);
  const marks = ends.finish();
  const perPart = Math.max(1, Math.ceil(marks.length / mostParts));
  const chosen = marks.filter((_, at) => (at + 1) % perPart === 0 || at === marks.length - 1);
  const last = chosen.at(-1);
  const before = chosen.at(-2);
  if (last && before && last.lines - before.lines < leastLines) chosen.splice(-2, 1);
  return chosen.map((mark, at) => {
    const from = chosen[at - 1] ?? { endByte: 0, lines: 0 };
    return { startByte: from.endByte, endByte: mark.endByte, firstLine: from.lines + 1, lineCount: mark.lines - from.lines };
  });
}

interface Mark {
  readonly endByte: number;
  /** From the beginning of the body. */
  readonly lines: number;
}

/** Notes where every so many lines end, and the body. */
class LineEnds {
  readonly #every: number;
  readonly #marks: Mark[] = [];
  #bytes = 0;
  #lines = 0;
  #lastEnd = 0;

  constructor(every: number) {
    this.#every = every;
  }

  read(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
      this.#lastEnd = this.#bytes + at + 1;
      if (++this.#lines % this.#every === 0) this.#marks.push({ endByte: this.#lastEnd, lines: this.#lines });
    }
    this.#bytes += chunk.length;
  }

  finish(): readonly Mark[] {
    const lines = this.#lines + (this.#bytes > this.#lastEnd ? 1 : 0);
    if (this.#bytes > (this.#marks.at(-1)?.endByte ?? 0)) this.#marks.push({ endByte: this.#bytes, lines });
    return this.#marks;
  }
}
