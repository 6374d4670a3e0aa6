import { describe, expect, it } from '@jest/globals';
import { NextKeyModel } from './next-key-model.ts';
import { hashOf } from './policy/hash.ts';
import { Prefetcher } from './prefetcher.ts';

describe('NextKeyModel', () => {
  it('knows what follows once it has seen it three times', () => {
    const model = new NextKeyModel();
    const guesses = ['a', 'b', 'a', 'b', 'a', 'b', 'a'].map((key) => model.saw(key));
    expect(guesses.slice(0, 5)).toEqual(Array(5).fill(undefined));
    expect(guesses[6]).toBe('b');
  });

  it('does not guess where anything may follow', () => {
    const model = new NextKeyModel();
    const guesses = Array.from({ length: 300 }, (_, index) => model.saw(index % 2 ? `x${hashOf(`${index}`) & 7}` : 'a'));
    expect(guesses.filter((guess, index) => index % 2 === 0 && guess !== undefined).length).toBeLessThan(15);
  });

  it('changes its mind', () => {
    const model = new NextKeyModel();
    for (const next of ['b', 'b', 'b', 'b', ...Array(12).fill('c')]) [model.saw('a'), model.saw(next)];
    expect(model.saw('a')).toBe('c');
  });

  it('stays bounded', () => {
    const model = new NextKeyModel();
    for (let index = 0; index < 50_000; index++) model.saw(`${index}`);
    expect(model.size).toBeLessThanOrEqual(10_000);
  });
});

describe('Prefetcher', () => {
  const settled = () => new Promise(setImmediate);

  it('loads what usually comes next, not what is there already', async () => {
    const present = new Set<string>();
    const loads: string[] = [];
    const prefetcher = new Prefetcher(
      (key) => present.has(key),
      async (key) => {
        loads.push(key);
        present.add(key);
      },
    );
    for (const key of ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a']) prefetcher.saw(key);
    await settled();
    expect(loads).toEqual(['b', 'a']);
  });

  it('stops where its guesses are not used, and tries again later', async () => {
    const prefetcher = new Prefetcher(
      () => false,
      async () => {},
    );
    for (let index = 0; index < 400 && prefetcher.active; index++) {
      prefetcher.saw(index % 2 ? 'b' : 'a');
      await settled();
    }
    expect(prefetcher.active).toBe(false);
    for (let index = 0; index < 5_000; index++) prefetcher.saw('z');
    expect(prefetcher.active).toBe(true);
  });

  it('goes on where they are used', async () => {
    const prefetcher = new Prefetcher(
      () => false,
      async () => {},
    );
    for (let index = 0; index < 400; index++) {
      const key = index % 2 ? 'b' : 'a';
      prefetcher.warmth.saw(key);
      prefetcher.saw(key);
      await settled();
    }
    expect(prefetcher.active).toBe(true);
    expect(prefetcher.warmth.used).toBeGreaterThan(300);
  });
});
