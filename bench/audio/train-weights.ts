import type { ScoringModel } from '../../apps/audio/src/analysis/music/scoring-model.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';

/** A training example: features per candidate, and whether the candidate is correct. */
export interface Example {
  readonly rows: readonly (readonly number[])[];
  readonly right: readonly boolean[];
}

const epochs = 60;
const batchSize = 64;
const learningRate = 3e-3;
const weightDecay = 1e-3;
const inputNoise = 0.1;

/** Fits the small network of scoring-model.ts by gradient descent, minimising the cross-entropy of the correct candidates. */
export class WeightTrainer {
  readonly #features: number;
  readonly #hidden: number;
  readonly #mean: number[];
  readonly #deviation: number[];
  /** Concatenation of hidden weights, hidden bias, output weights and linear weights. */
  readonly #weights: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #random = seededRandom(20);
  #steps = 0;

  constructor(examples: readonly Example[], hiddenUnits: number) {
    this.#hidden = hiddenUnits;
    const rows = examples.flatMap((example) => example.rows);
    this.#features = rows[0]!.length;
    this.#mean = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
    this.#deviation = this.#mean.map(
      (mean, i) => Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length) + 1e-9,
    );
    const size = hiddenUnits * (this.#features + 2) + this.#features;
    this.#weights = new Float64Array(size);
    for (let i = 0; i < hiddenUnits * this.#features; i++) this.#weights[i] = this.#gaussian() / Math.sqrt(this.#features);
    for (let i = 0; i < hiddenUnits; i++) this.#weights[hiddenUnits * (this.#features + 1) + i] = this.#gaussian() / Math.sqrt(hiddenUnits);
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  fit(examples: readonly Example[]): void {
    const solvable = examples.filter(({ right }) => right.includes(true));
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = solvable.map((example) => ({ example, at: this.#random() })).sort((a, b) => a.at - b.at);
      const rate = learningRate * (1 - epoch / epochs) + 1e-5;
      for (let from = 0; from < order.length; from += batchSize) {
        const batch = order.slice(from, from + batchSize);
        const gradient = new Float64Array(this.#weights.length);
        for (const { example } of batch) this.#addGradient(example, gradient, 1 / batch.length);
        this.#step(gradient, rate);
      }
    }
  }

  get model(): ScoringModel {
    const round = (value: number) => Number(value.toFixed(3));
    const n = this.#features;
    const hiddenUnits = this.#hidden;
    const part = (from: number, length: number) => Array.from(this.#weights.subarray(from, from + length), round);
    return {
      mean: this.#mean.map((value) => Number(value.toFixed(4))),
      deviation: this.#deviation.map((value) => Number(value.toFixed(4))),
      hidden: Array.from({ length: hiddenUnits }, (_, unit) => part(unit * n, n)),
      hiddenBias: part(hiddenUnits * n, hiddenUnits),
      output: part(hiddenUnits * (n + 1), hiddenUnits),
      linear: part(hiddenUnits * (n + 2), n),
    };
  }

  /** Gradient of -log(softmax probability of the correct candidates). */
  #addGradient(example: Example, gradient: Float64Array, scale: number): void {
    const n = this.#features;
    const hiddenUnits = this.#hidden;
    const w = this.#weights;
    const inputs = example.rows.map((row) =>
      row.map((value, i) => (value - this.#mean[i]!) / this.#deviation[i]! + inputNoise * this.#gaussian()),
    );
    const active = inputs.map((input) =>
      Array.from({ length: hiddenUnits }, (_, unit) => {
        let sum = w[hiddenUnits * n + unit]!;
        for (let i = 0; i < n; i++) sum += input[i]! * w[unit * n + i]!;
        return Math.tanh(sum);
      }),
    );
    const scores = inputs.map((input, c) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += input[i]! * w[hiddenUnits * (n + 2) + i]!;
      for (let unit = 0; unit < hiddenUnits; unit++) sum += active[c]![unit]! * w[hiddenUnits * (n + 1) + unit]!;
      return sum;
    });
    const highest = Math.max(...scores);
    const odds = scores.map((score) => Math.exp(score - highest));
    const all = odds.reduce((a, b) => a + b, 0);
    const rightly = odds.reduce((sum, value, c) => sum + (example.right[c] ? value : 0), 0);
    inputs.forEach((input, c) => {
      const error = scale * (odds[c]! / all - (example.right[c] ? odds[c]! / rightly : 0));
      for (let i = 0; i < n; i++) gradient[hiddenUnits * (n + 2) + i]! += error * input[i]!;
      for (let unit = 0; unit < hiddenUnits; unit++) {
        const output = active[c]![unit]!;
        gradient[hiddenUnits * (n + 1) + unit]! += error * output;
        const back = error * w[hiddenUnits * (n + 1) + unit]! * (1 - output * output);
        gradient[hiddenUnits * n + unit]! += back;
        for (let i = 0; i < n; i++) gradient[unit * n + i]! += back * input[i]!;
      }
    });
  }

  /** Adam (Kingma & Ba 2015) with weight decay. */
  #step(gradient: Float64Array, rate: number): void {
    this.#steps++;
    for (let i = 0; i < gradient.length; i++) {
      const slope = gradient[i]! + weightDecay * this.#weights[i]!;
      this.#first[i] = 0.9 * this.#first[i]! + 0.1 * slope;
      this.#second[i] = 0.999 * this.#second[i]! + 0.001 * slope * slope;
      const mean = this.#first[i]! / (1 - 0.9 ** this.#steps);
      this.#weights[i]! -= (rate * mean) / (Math.sqrt(this.#second[i]! / (1 - 0.999 ** this.#steps)) + 1e-8);
    }
  }

  #gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
