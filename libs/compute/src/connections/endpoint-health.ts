/** What is known of an endpoint from its answers. Pure. */

/** Weight of the newest answer: about the last ten count. */
const weight = 0.2;

export class EndpointHealth {
  /** Moving average over good answers: a fast failure does not lower it. The breaker keeps requests away from an endpoint that fails. */
  #latencyMs: number | undefined;
  #success = 1;
  #inFlight = 0;

  /** Share of good answers, in [0, 1], the newest counting most; 1 before the first. */
  get success(): number {
    return this.#success;
  }

  /** Expected wait for one more request: lower is better. An endpoint that has never answered is worth a try. */
  get cost(): number {
    return (this.#latencyMs ?? 0) * (this.#inFlight + 1) + this.#inFlight / 1_000;
  }

  begin(): void {
    this.#inFlight++;
  }

  /** @param isGood undefined: it says nothing about the endpoint (a caller that gave up) */
  end(latencyMs: number, isGood: boolean | undefined): void {
    this.#inFlight--;
    if (isGood === undefined) return;
    this.#success += weight * (Number(isGood) - this.#success);
    if (this.#success > 0.999) this.#success = 1;
    if (isGood) this.#latencyMs = this.#latencyMs === undefined ? latencyMs : this.#latencyMs + weight * (latencyMs - this.#latencyMs);
  }
}

export interface Candidate {
  /** Lower is better. */
  readonly cost: number;
}

/**
 * The better of two candidates drawn at random: load spreads nearly as well as with the best of all, and callers do not all run to the same one.
 *
 * @param random in [0, 1)
 * @returns undefined without candidates
 * @see M. Mitzenmacher 2001, "The Power of Two Choices in Randomized Load Balancing"
 */
export function chooseOfTwo<C extends Candidate>(candidates: readonly C[], random: () => number): C | undefined {
  if (candidates.length < 2) return candidates[0];
  const first = Math.floor(random() * candidates.length);
  const step = 1 + Math.floor(random() * (candidates.length - 1));
  const [one, other] = [candidates[first]!, candidates[(first + step) % candidates.length]!];
  return other.cost < one.cost ? other : one;
}
