import { describe, expect, it } from '@jest/globals';
import { hashOf } from './hash.ts';
import { LruPolicy } from './lru.ts';
import { PredictivePolicy } from './predictive.ts';
import { ShadowTournament } from './shadow-tournament.ts';

const entries = 200;
/** A shadow of 64 entries needs a sample of at least as many keys. */
const keys = Array.from({ length: 4_000 }, (_, index) => hashOf(`key ${index}`));

/** Counts the requests that its shadow sees. */
class CountingLru extends LruPolicy {
  requests = 0;

  override add(slot: number, hash: number, cost: number): void {
    this.requests += 1;
    super.add(slot, hash, cost);
  }

  override hit(slot: number): void {
    this.requests += 1;
    super.hit(slot);
  }
}

function open() {
  const counted = new CountingLru();
  const tournament = new ShadowTournament({ lru: () => counted, predictive: () => new PredictivePolicy() }, entries, entries);
  const sampled = keys.filter((hash) => tournament.samples(hash));
  return { counted, tournament, sampled };
}

/** A few keys in turn: all hits under every policy. */
function ask({ tournament, sampled }: ReturnType<typeof open>, requests: number, isHit: (index: number) => boolean): void {
  for (let index = 0; index < requests; index++) tournament.compare(sampled[index % 20]!, 1, Number.POSITIVE_INFINITY, isHit(index));
}

describe('the tournament of policies', () => {
  it('rests once one policy has led for long: two thirds of the requests cost no more than a count', () => {
    const race = open();
    ask(race, 100_000, () => true);
    expect(race.counted.requests / 100_000).toBeGreaterThan(0.3);
    expect(race.counted.requests / 100_000).toBeLessThan(0.4);
  });

  it('wakes when the hit ratio of the cache changes', () => {
    const [steady, changing] = [open(), open()];
    ask(steady, 24 * 200, () => true);
    ask(changing, 24 * 200, () => true);
    const before = changing.counted.requests;
    ask(steady, 20 * 200, () => true);
    expect(steady.counted.requests).toBe(before);
    ask(changing, 4 * 200, () => true);
    ask(changing, 16 * 200, (index) => index % 2 === 0);
    expect(changing.counted.requests - before).toBeGreaterThan(10 * 200);
  });

  it('changes its leader after a rest', () => {
    const race = open();
    const { tournament, sampled } = race;
    ask(race, 24 * 200, () => true);
    const loop = sampled.length; // more keys than fit, in turn: least recently used has no hits
    for (let index = 0; index < 200 * loop && tournament.leader === 'lru'; index++)
      tournament.compare(sampled[index % loop]!, 1, Number.POSITIVE_INFINITY, false);
    expect(tournament.leader).toBe('predictive');
  });
});
