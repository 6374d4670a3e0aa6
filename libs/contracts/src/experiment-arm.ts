/** Which of two values of a setting holds for an owner while they are compared. */
import { hash } from 'node:crypto';

export const experimentArms = ['control', 'treatment'] as const;
export type ExperimentArm = (typeof experimentArms)[number];

/**
 * The same for an owner in every process and for as long as the experiment runs; half of the owners each.
 *
 * @param experiment another one divides the owners in another way
 * @param owner a user, an address, a key: what is given one value of the setting as a whole
 */
export function armOf(experiment: string, owner: string): ExperimentArm {
  const [first = 0] = hash('sha256', `${experiment}\n${owner}`, 'buffer');
  return experimentArms[first & 1]!;
}
