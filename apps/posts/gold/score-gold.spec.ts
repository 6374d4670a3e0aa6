import { describe, expect, it } from '@jest/globals';
import { type Part, scoreGold } from './score-gold.ts';

/** Just under what is reached: [tuned, held back]. A change that lowers one is looked at, not hidden by a lower floor. */
const floors: Readonly<Record<string, readonly [number, number]>> = {
  language: [0.97, 0.94],
  'sentiment.en': [0.95, 0.9],
  'tone.en': [0.95, 0.86],
  'entities.en overlap F1': [0.96, 0.9],
  'entities.en strict F1': [0.96, 0.89],
  'keywords.en': [0.8, 0.7],
  'grammar.en precision': [0.97, 0.97],
  'grammar.en recall': [0.88, 0.79],
  'grammar.en clean unflagged': [0.95, 0.95],
  'syllables.en': [0.99, 0.99],
  'sentiment.es': [0.91, 0.84],
  'tone.es': [0.95, 0.8],
  'entities.es overlap F1': [0.95, 0.94],
  'entities.es strict F1': [0.94, 0.89],
  'keywords.es': [0.75, 0.74],
  'grammar.es precision': [0.97, 0.97],
  'grammar.es recall': [0.97, 0.6],
  'grammar.es clean unflagged': [0.95, 0.95],
  'syllables.es': [0.99, 0.99],
  readability: [0.97, 0.99],
};

describe('the text analysis on the gold sets', () => {
  const scores = scoreGold([], ['tuned', 'held-back']);

  it.each(Object.entries(floors))('reaches its floor in %s', (task, [tuned, heldBack]) => {
    const scoreOf = (part: Part) => scores.find((score) => score.task === task && score.part === part)?.score;
    expect(scoreOf('tuned')).toBeGreaterThanOrEqual(tuned);
    expect(scoreOf('held-back')).toBeGreaterThanOrEqual(heldBack);
  });

  it('has a floor in every task', () => {
    expect([...new Set(scores.map(({ task }) => task))].sort()).toEqual(Object.keys(floors).sort());
  });
});
