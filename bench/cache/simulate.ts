import { type EvictionPolicy, hashOf, mix } from '#cache';
import type { Trace } from './traces.ts';

/** A cache of keys without values, every entry of cost 1. */
export class Simulation {
  requests = 0;
  hits = 0;
  readonly #size: number;
  readonly #policy: EvictionPolicy;
  readonly #slots = new Map<number | string, number>();
  readonly #keys: (number | string)[] = [];
  readonly #free: number[] = [];

  constructor(size: number, policy: EvictionPolicy) {
    this.#size = size;
    this.#policy = policy;
  }

  ask(key: number | string): void {
    this.requests += 1;
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#store(key);
    else {
      this.hits += 1;
      this.#policy.hit(slot);
    }
  }

  #store(key: number | string): void {
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    this.#policy.add(slot, hashKey(key), 1, Number.POSITIVE_INFINITY);
    if (this.#slots.size <= this.#size) return;
    const left = this.#policy.evict();
    this.#slots.delete(this.#keys[left]!);
    this.#free.push(left);
  }
}

/** All bits of a number count: block addresses may differ in the upper ones only. */
const hashKey = (key: number | string) =>
  typeof key === 'string' ? hashOf(key) : mix(key ^ Math.imul(Math.floor(key / 2 ** 32), 0x9e3779b1));

/** Runs a trace through a policy. @returns hits */
export function simulate(trace: Trace, size: number, policy: EvictionPolicy): number {
  const simulation = new Simulation(size, policy);
  for (const key of trace) simulation.ask(key);
  return simulation.hits;
}
