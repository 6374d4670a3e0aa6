import type { MetreModel } from './metre-model.ts';
export const phaseWeights: MetreModel = {
  mean: Array(60).fill(0),
  spread: Array(60).fill(1),
  hidden: [],
  hiddenBias: [],
  output: [],
  straight: [1, ...Array(59).fill(0)],
};
