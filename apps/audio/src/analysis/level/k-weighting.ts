/** Second-order section, normalised so that a0 = 1. */
interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** Filter states below this are set to 0, because arithmetic on denormal numbers is very slow. */
const SILENCE = 1e-30;

/**
 * High shelf that models the acoustic effect of the head: +4 dB above about 1.7 kHz.
 *
 * @see ITU-R BS.1770-4 Annex 1 Table 1 gives the 48 kHz coefficients; De Man, "Evaluation of implementations of the EBU R128 loudness
 *   measurement" (AES 145, 2018) gives the analogue prototype, which is transformed here for any sample rate
 */
function shelf(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

/** The RLB high-pass at 38 Hz (BS.1770-4 Annex 1 Table 2); its numerator is 1, -2, 1 at every rate. */
function highPass(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

/** Applies K-weighting to one channel and sums the squares (transposed direct form II, double precision). */
export class KWeighting {
  private readonly shelf: Biquad;
  private readonly highPass: Biquad;
  private readonly state = new Float64Array(4);

  constructor(sampleRateHz: number) {
    this.shelf = shelf(sampleRateHz);
    this.highPass = highPass(sampleRateHz);
  }

  /** @returns the sum of the squared, weighted samples `from` (included) to `to` (excluded) */
  energy(samples: Float64Array, from: number, to: number): number {
    const { b0, b1, b2, a1, a2 } = this.shelf;
    const { a1: c1, a2: c2 } = this.highPass;
    let [s1 = 0, s2 = 0, t1 = 0, t2 = 0] = this.state;
    let sum = 0;
    for (let n = from; n < to; n++) {
      const x = samples[n]!;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      const z = y + t1;
      t1 = t2 - 2 * y - c1 * z;
      t2 = y - c2 * z;
      sum += z * z;
    }
    this.saveState(s1, s2, t1, t2);
    return sum;
  }

  private saveState(...state: [number, number, number, number]): void {
    const silent = state.every((value) => Math.abs(value) < SILENCE);
    this.state.set(silent ? [0, 0, 0, 0] : state);
  }
}
