/**
 * FFT of real signals of a fixed power-of-two length.
 *
 * Even and odd samples form one complex transform of half the length, whose result is then separated: half the work
 * of a full complex transform. The complex part is radix 4, with an initial radix-2 pass for odd powers of two.
 * Tables are computed once; a transform allocates nothing.
 *
 * @see Sorensen et al. 1987, "Real-valued fast Fourier transform algorithms"
 */
export class RealFft {
  /** Real part of bins 0 … size / 2 after `transform`. */
  readonly re: Float64Array;
  /** Imaginary part of bins 0 … size / 2 after `transform`. */
  readonly im: Float64Array;
  readonly size: number;
  readonly #order: Uint32Array;
  readonly #firstSpan: number;
  readonly #twiddles: Float64Array[];
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** @throws RangeError unless `size` is a power of two, at least 16 */
  constructor(size: number) {
    if (size < 16 || (size & (size - 1)) !== 0) throw new RangeError('size must be a power of two, at least 16');
    this.size = size;
    this.re = new Float64Array(size / 2 + 1);
    this.im = new Float64Array(size / 2 + 1);
    this.#order = bitReversal(size / 2);
    this.#firstSpan = Math.log2(size / 2) % 2 === 1 ? 2 : 4;
    this.#twiddles = twiddlesOf(size / 2, this.#firstSpan);
    this.#cos = Float64Array.from({ length: size / 4 + 1 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.#sin = Float64Array.from({ length: size / 4 + 1 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  }

  /** Transforms `size` samples from `signal[from]`, each multiplied by `window`, into `re` and `im`. */
  transform(signal: Float32Array | Float64Array, from: number, window: Float32Array | Float64Array): void {
    const { re, im } = this;
    const order = this.#order;
    for (let i = 0; i < order.length; i++) {
      const at = 2 * order[i]!;
      re[i] = signal[from + at]! * window[at]!;
      im[i] = signal[from + at + 1]! * window[at + 1]!;
    }
    this.#run();
  }

  /**
   * Every other bin of the transform of a frame twice as long: the second half of the frame is added to the first (time aliasing).
   * Gives the frequency selectivity of the long window at the cost of the short transform.
   */
  transformFolded(signal: Float32Array | Float64Array, from: number, window: Float32Array | Float64Array): void {
    const { re, im, size } = this;
    const order = this.#order;
    for (let i = 0; i < order.length; i++) {
      const at = 2 * order[i]!;
      const folded = at + size;
      re[i] = signal[from + at]! * window[at]! + signal[from + folded]! * window[folded]!;
      im[i] = signal[from + at + 1]! * window[at + 1]! + signal[from + folded + 1]! * window[folded + 1]!;
    }
    this.#run();
  }

  #run(): void {
    const { re, im } = this;
    const half = this.#order.length;
    if (this.#firstSpan === 2) sumPairs(re, im, half);
    else sumQuads(re, im, half);
    let span = this.#firstSpan;
    for (const twiddles of this.#twiddles) {
      combineQuads(re, im, half, span, twiddles);
      span *= 4;
    }
    untangle(re, im, half, this.#cos, this.#sin);
  }
}

function bitReversal(length: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let i = 1; i < length; i++) order[i] = (order[i >> 1]! >> 1) | (i & 1 ? length >> 1 : 0);
  return order;
}

function sumPairs(re: Float64Array, im: Float64Array, length: number): void {
  for (let i = 0; i < length; i += 2) {
    const r = re[i + 1]!;
    const s = im[i + 1]!;
    re[i + 1] = re[i]! - r;
    im[i + 1] = im[i]! - s;
    re[i] = re[i]! + r;
    im[i] = im[i]! + s;
  }
}

function sumQuads(re: Float64Array, im: Float64Array, length: number): void {
  for (let a = 0; a < length; a += 4) {
    const evenR = re[a]! + re[a + 1]!;
    const evenI = im[a]! + im[a + 1]!;
    const apartR = re[a]! - re[a + 1]!;
    const apartI = im[a]! - im[a + 1]!;
    const oddR = re[a + 2]! + re[a + 3]!;
    const oddI = im[a + 2]! + im[a + 3]!;
    const turnR = im[a + 2]! - im[a + 3]!;
    const turnI = re[a + 3]! - re[a + 2]!;
    re[a] = evenR + oddR;
    im[a] = evenI + oddI;
    re[a + 1] = apartR + turnR;
    im[a + 1] = apartI + turnI;
    re[a + 2] = evenR - oddR;
    im[a + 2] = evenI - oddI;
    re[a + 3] = apartR - turnR;
    im[a + 3] = apartI - turnI;
  }
}

/** Twiddle factors per pass: six per butterfly, in the order in which the loop reads them. */
function twiddlesOf(length: number, firstSpan: number): Float64Array[] {
  const passes: Float64Array[] = [];
  for (let span = firstSpan; span < length; span *= 4) {
    const angle = (-2 * Math.PI) / (4 * span);
    passes.push(
      Float64Array.from({ length: 6 * span }, (_, i) =>
        (i % 2 === 0 ? Math.cos : Math.sin)(angle * Math.floor(i / 6) * (1 + ((i % 6) >> 1))),
      ),
    );
  }
  return passes;
}

/** Combines four transforms of length `span` into one of `4 * span` (radix-4 butterfly). Unrolled by hand: this is the hot loop. */
function combineQuads(re: Float64Array, im: Float64Array, length: number, span: number, twiddles: Float64Array): void {
  for (let base = 0; base < length; base += 4 * span) {
    for (let k = 0, t = 0; k < span; k++, t += 6) {
      const a = base + k;
      const c = a + span; // bit-reversed order leaves the second and third quarter swapped
      const b = c + span;
      const d = b + span;
      const c1 = twiddles[t]!;
      const s1 = twiddles[t + 1]!;
      const c2 = twiddles[t + 2]!;
      const s2 = twiddles[t + 3]!;
      const c3 = twiddles[t + 4]!;
      const s3 = twiddles[t + 5]!;
      const br = re[b]! * c1 - im[b]! * s1;
      const bi = re[b]! * s1 + im[b]! * c1;
      const cr = re[c]! * c2 - im[c]! * s2;
      const ci = re[c]! * s2 + im[c]! * c2;
      const dr = re[d]! * c3 - im[d]! * s3;
      const di = re[d]! * s3 + im[d]! * c3;
      const sumR = re[a]! + cr;
      const sumI = im[a]! + ci;
      const apartR = re[a]! - cr;
      const apartI = im[a]! - ci;
      const oddR = br + dr;
      const oddI = bi + di;
      const turnR = bi - di;
      const turnI = dr - br;
      re[a] = sumR + oddR;
      im[a] = sumI + oddI;
      re[c] = apartR + turnR;
      im[c] = apartI + turnI;
      re[b] = sumR - oddR;
      im[b] = sumI - oddI;
      re[d] = apartR - turnR;
      im[d] = apartI - turnI;
    }
  }
}

/** Turns the transform of even + i·odd samples into bins 0 … half of the real signal's transform, in place. */
function untangle(re: Float64Array, im: Float64Array, half: number, cos: Float64Array, sin: Float64Array): void {
  const r0 = re[0]!;
  re[half] = r0 - im[0]!;
  im[half] = 0;
  re[0] = r0 + im[0]!;
  im[0] = 0;
  for (let k = 1; k <= half >> 1; k++) {
    const m = half - k;
    const evenR = (re[k]! + re[m]!) / 2;
    const evenI = (im[k]! - im[m]!) / 2;
    const oddR = (im[k]! + im[m]!) / 2;
    const oddI = (re[m]! - re[k]!) / 2;
    const turnR = oddR * cos[k]! - oddI * sin[k]!;
    const turnI = oddR * sin[k]! + oddI * cos[k]!;
    re[k] = evenR + turnR;
    im[k] = evenI + turnI;
    re[m] = evenR - turnR;
    im[m] = turnI - evenI;
  }
}
