import { describe, expect, it } from '@jest/globals';
import { armOf } from './experiment-arm.ts';

const owners = Array.from({ length: 2_000 }, (_, index) => `owner ${index}`);
const inTreatment = (experiment: string) => new Set(owners.filter((owner) => armOf(experiment, owner) === 'treatment'));

describe('the arm of an experiment', () => {
  it('is the same each time', () => expect(inTreatment('a')).toEqual(inTreatment('a')));
  it('has half of the owners', () => expect(Math.abs(inTreatment('a').size / owners.length - 0.5)).toBeLessThan(0.05));
  it('is independent of the arm in another experiment', () => {
    const others = inTreatment('b');
    const both = [...inTreatment('a')].filter((owner) => others.has(owner)).length;
    expect(Math.abs(both / owners.length - 0.25)).toBeLessThan(0.05);
  });
});
