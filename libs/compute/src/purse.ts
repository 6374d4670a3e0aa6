/** Cores and memory, who holds how much of them, and the line of those who wait. No clock, no promise, no process: the budgets are made of it. */

export interface Share {
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface Claim extends Share {
  /** When it began to wait; any clock that all claims of a purse share. Whoever has waited for longer stands further in front. */
  readonly sinceMs: number;
  /** Called once, when its turn has come; what is granted is never more than the whole purse. */
  admit(granted: Share): void;
}

/** Part cores add up with rounding errors; a thousandth of a core is none. */
const roundingCores = 1e-3;

/** First come, first served: a large claim at the head holds back smaller ones behind it, so that it is never starved. */
export class Purse {
  readonly #line: Claim[] = [];
  readonly #held = new Map<Claim, Share>();
  #size: Share;
  #usedCores = 0;
  #usedMemoryBytes = 0;
  #paused = false;

  constructor(size: Share) {
    this.#size = size;
  }

  get size(): Share {
    return this.#size;
  }

  get usedCores(): number {
    return this.#usedCores;
  }

  get usedMemoryBytes(): number {
    return this.#usedMemoryBytes;
  }

  get waiters(): number {
    return this.#line.length;
  }

  get holders(): number {
    return this.#held.size;
  }

  /** Whether such a claim would be admitted at once. */
  hasRoomNow(share: Share): boolean {
    return this.#line.length === 0 && this.#fits(share);
  }

  /** Admits the claim now or when its turn has come. */
  enter(claim: Claim): void {
    let place = this.#line.length;
    while (place > 0 && this.#line[place - 1]!.sinceMs > claim.sinceMs) place--;
    this.#line.splice(place, 0, claim);
    this.#serve();
  }

  /** Counts what somebody holds already, also beyond the size: it is spent, whoever granted it. */
  adopt(claim: Claim): void {
    this.#give(claim, claim);
  }

  /** Takes a claim out of the line, or back what it holds. One that is neither is none of ours: nothing happens. */
  drop(claim: Claim): void {
    const share = this.#held.get(claim);
    if (share) this.#takeBack(claim, share);
    else if (!this.#leave(claim)) return;
    this.#serve();
  }

  resize(size: Share): void {
    this.#size = size;
    this.#serve();
  }

  /** Nobody is admitted until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#serve();
  }

  #clamp({ cores, memoryBytes }: Share): Share {
    return { cores: Math.min(cores, this.#size.cores), memoryBytes: Math.min(memoryBytes, this.#size.memoryBytes) };
  }

  #fits(share: Share): boolean {
    if (this.#paused) return false;
    const { cores, memoryBytes } = this.#clamp(share);
    return this.#usedCores + cores <= this.#size.cores + roundingCores && this.#usedMemoryBytes + memoryBytes <= this.#size.memoryBytes;
  }

  #serve(): void {
    while (this.#line.length > 0 && this.#fits(this.#line[0]!)) {
      const claim = this.#line.shift()!;
      const granted = this.#clamp(claim);
      this.#give(claim, granted);
      claim.admit(granted);
    }
  }

  #give(claim: Claim, { cores, memoryBytes }: Share): void {
    this.#held.set(claim, { cores, memoryBytes });
    this.#usedCores += cores;
    this.#usedMemoryBytes += memoryBytes;
  }

  #takeBack(claim: Claim, { cores, memoryBytes }: Share): void {
    this.#held.delete(claim);
    this.#usedCores = this.#held.size === 0 ? 0 : this.#usedCores - cores;
    this.#usedMemoryBytes = this.#held.size === 0 ? 0 : this.#usedMemoryBytes - memoryBytes;
  }

  #leave(claim: Claim): boolean {
    const place = this.#line.indexOf(claim);
    if (place >= 0) this.#line.splice(place, 1);
    return place >= 0;
  }
}
