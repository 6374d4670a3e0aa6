/** A neural network that scores candidates: one hidden tanh layer and a linear skip connection. */
export interface ScoringModel {
  /** Standardisation of the features, shape [features]. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Shape [hidden][features]. */
  readonly hidden: readonly (readonly number[])[];
  readonly hiddenBias: readonly number[];
  /** Shape [hidden]. */
  readonly output: readonly number[];
  /** Shape [features]. */
  readonly linear: readonly number[];
}

/** Log odds of a candidate, up to a constant per piece. */
export function modelScore(model: ScoringModel, features: readonly number[]): number {
  const inputs = features.map((value, i) => (value - model.mean[i]!) / model.deviation[i]!);
  const dot = (weights: readonly number[]) => inputs.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  return model.hidden.reduce(
    (sum, weights, unit) => sum + model.output[unit]! * Math.tanh(dot(weights) + model.hiddenBias[unit]!),
    dot(model.linear),
  );
}

/** Softmax of the scores. */
export function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - highest));
  const sum = odds.reduce((total, value) => total + value, 0);
  return odds.map((value) => value / sum);
}
