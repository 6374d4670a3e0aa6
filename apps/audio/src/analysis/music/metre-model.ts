/** A small network that scores candidates: one hidden layer of tanh, plus a straight path. */
export interface MetreModel {
  /** Subtracted from and divided out of the features, shape [features]. */
  readonly mean: readonly number[];
  readonly spread: readonly number[];
  /** Shape [hidden][features]. */
  readonly hidden: readonly (readonly number[])[];
  readonly hiddenBias: readonly number[];
  /** Shape [hidden]. */
  readonly output: readonly number[];
  /** Shape [features]. */
  readonly straight: readonly number[];
}

/** Log odds, up to a constant that is the same for all candidates of a piece. */
export function metreScore(model: MetreModel, features: readonly number[]): number {
  const inputs = features.map((value, i) => (value - model.mean[i]!) / model.spread[i]!);
  const dot = (weights: readonly number[]) => inputs.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  return model.hidden.reduce(
    (sum, weights, unit) => sum + model.output[unit]! * Math.tanh(dot(weights) + model.hiddenBias[unit]!),
    dot(model.straight),
  );
}

/** Turns scores into shares that sum to 1. */
export function shares(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - highest));
  const sum = odds.reduce((total, value) => total + value, 0);
  return odds.map((value) => value / sum);
}
