/** Converts a mean square to LUFS (BS.1770-4 eq. 2). */
export const loudnessOf = (power: number): number => -0.691 + 10 * Math.log10(power);

const GATE_LUFS = -70;
const TOP_LUFS = 30;
const STEPS_PER_LU = 100;
const BINS = (TOP_LUFS - GATE_LUFS) * STEPS_PER_LU;

/**
 * Histogram of block powers above the absolute gate (-70 LUFS), bin width 0.01 LU. A list of blocks would grow with the recording
 * (36,000 per hour); this takes 160 kB. Each bin also stores the exact sum of its powers, so only blocks within 0.01 LU of
 * the relative gate can be misclassified.
 */
export class GatedBlocks {
  private readonly counts = new Float64Array(BINS);
  private readonly powers = new Float64Array(BINS);

  /** @param power mean square of a block, channel-weighted */
  add(power: number): void {
    const loudness = loudnessOf(power);
    if (!(loudness >= GATE_LUFS)) return;
    const bin = binOf(loudness);
    this.counts[bin]! += 1;
    this.powers[bin]! += power;
  }

  /** Mean loudness of the blocks above the relative gate; null when no block passes the absolute gate. */
  integratedLufs(): number | null {
    const from = this.gateBin(-10);
    return from === null ? null : loudnessOf(this.meanPower(from));
  }

  /** Range from the 10th to the 95th percentile of the blocks above -20 LU (EBU Tech 3342); null when no block passes. */
  rangeLu(): number | null {
    const from = this.gateBin(-20);
    if (from === null) return null;
    const kept = this.countFrom(from);
    return (
      (this.binAtRank(from, Math.max(0, Math.round(0.95 * kept) - 1)) - this.binAtRank(from, Math.max(0, Math.round(0.1 * kept) - 1))) /
      STEPS_PER_LU
    );
  }

  private gateBin(relativeLu: number): number | null {
    const mean = this.meanPower(0);
    return Number.isNaN(mean) ? null : binOf(loudnessOf(mean) + relativeLu);
  }

  private meanPower(fromBin: number): number {
    let power = 0;
    for (let bin = fromBin; bin < BINS; bin++) power += this.powers[bin]!;
    return power / this.countFrom(fromBin);
  }

  private countFrom(fromBin: number): number {
    let count = 0;
    for (let bin = fromBin; bin < BINS; bin++) count += this.counts[bin]!;
    return count;
  }

  private binAtRank(fromBin: number, rank: number): number {
    let passed = 0;
    for (let bin = fromBin; bin < BINS; bin++) {
      passed += this.counts[bin]!;
      if (passed > rank) return bin;
    }
    return BINS - 1;
  }
}

const binOf = (loudness: number): number => Math.min(BINS - 1, Math.max(0, Math.floor((loudness - GATE_LUFS) * STEPS_PER_LU)));
