/** A keeper that follows another one grants nothing until everybody whom that one knew has said what it holds, is dead, or had its time. */
import { mayBeAlive } from './place.ts';
import type { MemberIdentity } from './protocol.ts';

const lookAgainMs = 50;

export interface SettlingOptions {
  /** undefined: it could have been anybody, so the whole time is waited. */
  readonly expected: readonly MemberIdentity[] | undefined;
  readonly limitMs: number;
  readonly settled: () => void;
}

export class Settling {
  readonly #expected: Map<string, MemberIdentity> | undefined;
  readonly #settled: () => void;
  readonly #untilMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `settled` once, at once when nobody is expected. */
  constructor({ expected, limitMs, settled }: SettlingOptions) {
    this.#expected = expected && new Map(expected.map((member) => [member.id, member]));
    this.#settled = settled;
    this.#untilMs = performance.now() + limitMs;
    this.#timer = setInterval(() => this.#look(), lookAgainMs);
    this.#look();
  }

  /** Those we still wait for; undefined when that is not known. */
  get missing(): readonly MemberIdentity[] | undefined {
    if (!this.#timer) return [];
    return this.#expected && [...this.#expected.values()];
  }

  /** This one has said what it holds. */
  back(id: string): void {
    this.#expected?.delete(id);
    this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const member of this.#expected?.values() ?? []) if (!mayBeAlive(member)) this.#expected!.delete(member.id);
    const everybody = this.#expected?.size === 0;
    if (!this.#timer || !(everybody || performance.now() >= this.#untilMs)) return;
    this.stop();
    this.#settled();
  }
}
