/** What this process holds of the machine's purse and what it waits for: its own book, which outlives every keeper. */
import type { Share } from '../purse.ts';
import type { FromMember } from './protocol.ts';

interface Waiting extends Share {
  readonly sinceMs: number;
  readonly admit: (granted: Share) => void;
  readonly refuse: (reason: unknown) => void;
}

export class Claims {
  readonly #waiting = new Map<number, Waiting>();
  readonly #held = new Map<number, Share>();
  #last = 0;
  #usedCores = 0;
  #usedMemoryBytes = 0;

  get usedCores(): number {
    return this.#usedCores;
  }

  get usedMemoryBytes(): number {
    return this.#usedMemoryBytes;
  }

  get waiters(): number {
    return this.#waiting.size;
  }

  /** @returns its number, which is never used again */
  wait(waiting: Waiting): number {
    this.#waiting.set(++this.#last, waiting);
    return this.#last;
  }

  /** A grant for what nobody waits for any more is none: the keeper has been told, or will be. */
  grant(number: number, { cores, memoryBytes }: Share): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    this.#waiting.delete(number);
    this.#held.set(number, { cores, memoryBytes });
    this.#usedCores += cores;
    this.#usedMemoryBytes += memoryBytes;
    waiting.admit({ cores, memoryBytes });
  }

  /** Nobody shares: all get what they asked for. */
  grantAll(): void {
    for (const [number, share] of [...this.#waiting]) this.grant(number, share);
  }

  refuseAll(reason: unknown): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { refuse } of waiting) refuse(reason);
  }

  /** @returns false when there was nothing under this number */
  drop(number: number): boolean {
    const share = this.#held.get(number);
    if (!share) return this.#waiting.delete(number);
    this.#held.delete(number);
    this.#usedCores = this.#held.size === 0 ? 0 : this.#usedCores - share.cores;
    this.#usedMemoryBytes = this.#held.size === 0 ? 0 : this.#usedMemoryBytes - share.memoryBytes;
    return true;
  }

  ask(number: number, nowMs: number): FromMember | undefined {
    const waiting = this.#waiting.get(number);
    if (!waiting) return undefined;
    const { cores, memoryBytes, sinceMs } = waiting;
    return { is: 'ask', claim: number, cores, memoryBytes, waitedMs: Math.max(0, nowMs - sinceMs) };
  }

  /** All that a keeper who knows nothing has to hear, what is held first. */
  *announcement(nowMs: number): Generator<FromMember> {
    for (const [claim, share] of this.#held) yield { is: 'hold', claim, ...share };
    for (const number of this.#waiting.keys()) yield this.ask(number, nowMs)!;
    yield { is: 'here' };
  }
}
