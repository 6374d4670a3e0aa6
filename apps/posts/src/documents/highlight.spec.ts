import { describe, expect, it } from '@jest/globals';
import { fuseRanks } from './fuse-ranks.ts';
import { excerptAround, highlight, wordsOf } from './highlight.ts';

describe('highlight', () => {
  it('gives spans of whole words in UTF-16 units, also behind characters of two units', () => {
    const text = '🎧 Música y MÚSICA, musical';
    const spans = highlight(text, new Set(['música']));
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['Música', 'MÚSICA']);
    expect(wordsOf(text)).toEqual(['música', 'y', 'musical']);
    expect(highlight('no '.repeat(80), new Set(['no']))).toHaveLength(50);
  });

  it('cuts the piece around the first match between words', () => {
    const text = `${'before '.repeat(100)}match${' after'.repeat(100)}`;
    const { start, end } = excerptAround(text, highlight(text, new Set(['match'])));
    expect(text.slice(start, end)).toMatch(/^before .* match( after)+$/);
    expect(end - start).toBeLessThanOrEqual(240);
    expect(excerptAround('short', [])).toEqual({ start: 0, end: 5 });
  });

  it('never cuts a character of two units, and copes with words without blanks', () => {
    for (const shift of ['', 'x']) {
      const text = `${shift}${'🎧'.repeat(300)}`;
      const { start, end } = excerptAround(text, []);
      expect(text.slice(start, end).isWellFormed()).toBe(true);
    }
    const text = `${'🎧'.repeat(99)}match${'🎧'.repeat(200)}`;
    const { start, end } = excerptAround(text, highlight(text, new Set(['match'])));
    expect(text.slice(start, end).isWellFormed()).toBe(true);
    expect(text.slice(start, end)).toContain('match');
  });
});

describe('fuseRanks', () => {
  it('puts what both lists have before what one has, and gives 1 to what is first in both', () => {
    expect(fuseRanks(['1', '2', '3'], ['1', '3', '4']).map(({ number }) => number)).toEqual(['1', '3', '2', '4']);
    expect(fuseRanks(['1'], ['1'])).toEqual([{ number: '1', score: 1, textRank: 1, vectorRank: 1 }]);
    expect(fuseRanks([], ['7'])).toEqual([{ number: '7', score: 0.5, textRank: null, vectorRank: 1 }]);
  });
});
